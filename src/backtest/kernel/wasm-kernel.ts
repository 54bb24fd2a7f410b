import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { assert } from '../../core/assert.js'
import type { Candles } from '../../core/candles/candles.js'
import type { Kernel } from '../../core/fast/kernel.js'
import {
  COLUMNS,
  COLUMNS_AT,
  CROSS_A,
  CROSS_B,
  CROSS_COLUMN,
  EQUITY_COLUMN,
  REGISTERS,
  TRADE_FIGURES,
  TRADES_AT,
  TRADES_MOST,
} from '../../core/fast/kernel-registers.js'

/** What the machine code offers. */
interface KernelExports {
  lay(candles: number): void
  go(first: number, end: number): number
  measure(first: number, end: number): void
}

const PAGE_BYTES = 65_536
/** What an address of 32 bits reaches. */
const BYTES_MOST = 2 ** 32
/** More copies than this are not worth their address space. */
const COPY_BYTES_MOST = 2 ** 30

/** A kernel in WebAssembly, with memory of its own that grows with the candles it is given. */
export class WasmKernel implements Kernel {
  registers: Float64Array = new Float64Array(0)
  trades: Float64Array = new Float64Array(0)
  equity: Float64Array = new Float64Array(0)
  private readonly memory: WasmMemory
  private readonly code: KernelExports
  /** Bytes for copies of columns that come again. */
  private readonly copyBytes: number
  private given: Candles | null = null
  private own: Candles | null = null
  private ask: (i: number) => void = unasked
  /** The copies, by what they are copies of, and how many there is room for. */
  private readonly copies = new Map<Float64Array, Float64Array>()
  private copiesMost = 0

  constructor(module: object, copyBytes: number) {
    this.copyBytes = Math.min(copyBytes, COPY_BYTES_MOST)
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(COLUMNS_AT / PAGE_BYTES) })
    const imports = {
      env: { memory: this.memory },
      kernel: { ask: (i: number): void => this.ask(i) },
    }
    this.code = new WebAssembly.Instance(module, imports).exports as KernelExports
  }

  open(candles: Candles): boolean {
    if (this.given !== null && isSame(this.given, candles)) return true
    if (hasStrayOpen(candles)) return false
    const { length } = candles
    const bytes = length * 8
    const most = Math.floor(this.copyBytes / bytes)
    if (!this.growTo(COLUMNS_AT + (COLUMNS + most) * bytes)) return false
    this.copies.clear()
    this.copiesMost = most
    this.take(candles)
    return true
  }

  get candles(): Candles {
    return this.own!
  }

  columns(
    a: Float64Array | undefined,
    b: Float64Array | undefined,
  ): readonly [Float64Array, Float64Array] {
    // Room for both at once, so that neither takes the other's place.
    if (this.copies.size + this.missing(a) + this.missing(b) > this.copiesMost) this.copies.clear()
    return [this.columnFor(a, 0), this.columnFor(b, 1)]
  }

  cross(a: Float64Array, b: Float64Array): void {
    const { buffer } = this.memory
    assert(a.buffer === buffer && b.buffer === buffer, 'a column stands outside of the kernel')
    this.registers[CROSS_A] = a.byteOffset
    this.registers[CROSS_B] = b.byteOffset
  }

  go(first: number, end: number, ask: (i: number) => void): number {
    this.ask = ask
    return this.code.go(first, end)
  }

  measure(first: number, end: number): void {
    this.code.measure(first, end)
  }

  private missing(column: Float64Array | undefined): number {
    return column === undefined || this.copies.has(column) ? 0 : 1
  }

  private columnFor(column: Float64Array | undefined, place: 0 | 1): Float64Array {
    if (column === undefined) return this.columnAt(CROSS_COLUMN + place)
    const known = this.copies.get(column)
    if (known !== undefined) return known
    const isKept = this.copies.size < this.copiesMost
    const copy = this.columnAt(isKept ? COLUMNS + this.copies.size : CROSS_COLUMN + place)
    copy.set(column)
    if (isKept) this.copies.set(column, copy)
    return copy
  }

  /** The column at a place, counted from that of the opens. */
  private columnAt(place: number): Float64Array {
    const { length } = this.given!
    return new Float64Array(this.memory.buffer, COLUMNS_AT + place * length * 8, length)
  }

  private take(candles: Candles): void {
    const { buffer } = this.memory
    this.registers = new Float64Array(buffer, 0, REGISTERS)
    this.trades = new Float64Array(buffer, TRADES_AT, TRADES_MOST * TRADE_FIGURES)
    this.given = candles
    this.code.lay(candles.length)
    const copy = (column: Float64Array, place: number): Float64Array => {
      const own = this.columnAt(place)
      own.set(column.subarray(0, candles.length))
      return own
    }
    this.own = {
      ...candles,
      open: copy(candles.open, 0),
      high: copy(candles.high, 1),
      low: copy(candles.low, 2),
      close: copy(candles.close, 3),
    }
    this.equity = this.columnAt(EQUITY_COLUMN)
  }

  /** @returns false where the system does not give so much */
  private growTo(bytes: number): boolean {
    if (bytes > BYTES_MOST) return false
    const pages = Math.ceil(bytes / PAGE_BYTES) - this.memory.buffer.byteLength / PAGE_BYTES
    try {
      if (pages > 0) this.memory.grow(pages)
      return true
    } catch {
      return false
    }
  }
}

/** Whether an open lies outside of its candle's low and high, as some venues print it. */
function hasStrayOpen({ open, high, low, length }: Candles): boolean {
  for (let i = 0; i < length; i++) if (open[i]! < low[i]! || open[i]! > high[i]!) return true
  return false
}

function unasked(): void {
  throw new Error('a kernel asks while it is not run')
}

function isSame(a: Candles, b: Candles): boolean {
  return a.close === b.close && a.length === b.length
}

let loaded: object | null | undefined

/**
 * A kernel, compiled once a process; null where the build has made none, and the core does the loop itself.
 * `copyBytes` is what it may take for copies of columns that are known whole, as those of a sweep are.
 */
export function createKernel({ copyBytes = 0 } = {}): Kernel | null {
  if (loaded === undefined) loaded = loadModule()
  return loaded === null ? null : new WasmKernel(loaded, copyBytes)
}

function loadModule(): object | null {
  // Beside the bundle, or in the build where this runs from source.
  const files = ['./kernel.wasm', '../../../dist/kernel.wasm']
  const path = files
    .map(file => fileURLToPath(new URL(file, import.meta.url)))
    .find(file => existsSync(file))
  if (path === undefined) return null
  const bytes = readFileSync(path)
  // A processor without 128-bit vectors cannot run it.
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null
}
