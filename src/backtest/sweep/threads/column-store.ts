/** Bytes of a key in its slot, its length aside. Longer keys are not shared. */
const KEY_BYTES = 124
const PROBES_MAX = 64
/** Longest wait for a column that another thread computes, before it is computed here. */
const WAIT_MS = 10_000

const EMPTY = 0
const NAMING = 1
const COMPUTING = 2
const READY = 3

/** The memory of a store, to be handed to threads. */
export interface SharedColumns {
  readonly length: number
  readonly states: SharedArrayBuffer
  readonly keys: SharedArrayBuffer
  readonly columns: SharedArrayBuffer
}

/**
 * Memory for as many columns of `length` candles as fit into `bytes`. The system gives it page by
 * page as columns are written, so room that is not used costs nothing.
 */
export function allocateColumns(length: number, bytes: number): SharedColumns {
  const slots = Math.max(1, Math.min(4096, Math.floor(bytes / (length * 8))))
  return {
    length,
    states: new SharedArrayBuffer(slots * 4),
    keys: new SharedArrayBuffer(slots * (KEY_BYTES + 4)),
    columns: new SharedArrayBuffer(slots * length * 8),
  }
}

/**
 * Columns by the key of their indicator, shared by all threads of a sweep: whoever needs one first
 * computes it, the others wait for it. Nothing is ever thrown out; once the room is used up, each
 * thread keeps further columns for itself, as few as its own memory allows.
 */
export class ColumnStore {
  private readonly states: Int32Array
  private readonly keys: Uint8Array
  private readonly shared: SharedColumns
  private readonly known = new Map<string, Float64Array>()
  private readonly encoder = new TextEncoder()

  constructor(shared: SharedColumns) {
    this.shared = shared
    this.states = new Int32Array(shared.states)
    this.keys = new Uint8Array(shared.keys)
  }

  /** The column of a key; `compute` writes it where nobody has. Undefined where there is no room. */
  get(key: string, compute: (values: Float64Array) => void): Float64Array | undefined {
    const known = this.known.get(key)
    if (known) return known
    const column = this.find(this.encoder.encode(key), compute)
    if (column) this.known.set(key, column)
    return column
  }

  private find(key: Uint8Array, compute: (values: Float64Array) => void): Float64Array | undefined {
    if (key.length > KEY_BYTES) return undefined
    const { states } = this
    const count = states.length
    let slot = hashOf(key) % count
    for (let probe = 0; probe < Math.min(count, PROBES_MAX); probe++, slot = (slot + 1) % count) {
      if (Atomics.compareExchange(states, slot, EMPTY, NAMING) === EMPTY) {
        return this.write(slot, key, compute)
      }
      while (Atomics.load(states, slot) === NAMING) Atomics.wait(states, slot, NAMING, 1)
      if (!this.isNamed(slot, key)) continue
      Atomics.wait(states, slot, COMPUTING, WAIT_MS)
      return Atomics.load(states, slot) === READY ? this.column(slot) : undefined
    }
    return undefined
  }

  private write(
    slot: number,
    key: Uint8Array,
    compute: (values: Float64Array) => void,
  ): Float64Array {
    const { states, keys } = this
    const at = slot * (KEY_BYTES + 4)
    keys[at] = key.length
    keys.set(key, at + 4)
    Atomics.store(states, slot, COMPUTING)
    Atomics.notify(states, slot)
    const column = this.column(slot)
    compute(column)
    Atomics.store(states, slot, READY)
    Atomics.notify(states, slot)
    return column
  }

  private isNamed(slot: number, key: Uint8Array): boolean {
    const at = slot * (KEY_BYTES + 4)
    if (this.keys[at] !== key.length) return false
    for (let k = 0; k < key.length; k++) if (this.keys[at + 4 + k] !== key[k]) return false
    return true
  }

  private column(slot: number): Float64Array {
    const { columns, length } = this.shared
    return new Float64Array(columns, slot * length * 8, length)
  }
}

/** FNV-1a, 32 bits. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
