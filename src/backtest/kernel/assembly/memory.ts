// Numbers in the memory of a kernel.

/** A register, named in core/fast/kernel-registers.ts. */
export function get(register: i32): f64 {
  return load<f64>((<usize>register) << 3)
}

export function set(register: i32, value: f64): void {
  store<f64>((<usize>register) << 3, value)
}

/** A number of a column. */
export function at(column: usize, i: i32): f64 {
  return load<f64>(column + ((<usize>i) << 3))
}

export function put(column: usize, i: i32, value: f64): void {
  store<f64>(column + ((<usize>i) << 3), value)
}

/** Two numbers of a column, from `i` on. */
export function pair(column: usize, i: i32): v128 {
  return v128.load(column + ((<usize>i) << 3))
}

export function putPair(column: usize, i: i32, value: v128): void {
  v128.store(column + ((<usize>i) << 3), value)
}
