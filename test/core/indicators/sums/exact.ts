/** Doubles as whole numbers of this size. */
const BITS = 1074n

/** A double as a whole number of 2^-1074, exactly. */
export function wholeOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xf_ffff_ffff_ffffn
  const size = exponent === 0n ? fraction : (fraction | 0x10_0000_0000_0000n) << (exponent - 1n)
  return bits >> 63n === 1n ? -size : size
}

/** The double nearest to a whole number of 2^-1074, ties to even. */
export function nearestDouble(whole: bigint): number {
  const size = whole < 0n ? -whole : whole
  const excess = BigInt(Math.max(0, size.toString(2).length - 53))
  let kept = size >> excess
  const rest = size - (kept << excess)
  const half = excess === 0n ? 1n : 1n << (excess - 1n)
  if (excess > 0n && (rest > half || (rest === half && kept % 2n === 1n))) kept += 1n
  // In two steps, as 2^-1074 times a large power does not fit into one double.
  const shift = Number(excess - BITS)
  const value = Number(kept) * 2 ** Math.ceil(shift / 2) * 2 ** Math.floor(shift / 2)
  return whole < 0n ? -value : value
}

/** The sum of doubles, rounded once. */
export function roundedSum(values: Iterable<number>, weights?: readonly number[]): number {
  let sum = 0n
  let k = 0
  for (const value of values) sum += wholeOf(value) * BigInt(weights?.[k++] ?? 1)
  return nearestDouble(sum)
}
