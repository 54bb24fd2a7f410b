import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Candles } from '../../core/candles.js'
import type { Kernel } from '../../core/kernel.js'
import {
  COLUMNS_AT,
  REGISTERS,
  TRADE_FIGURES,
  TRADES_AT,
  TRADES_MOST,
} from '../../core/kernel-registers.js'

/** What the machine code offers. */
interface KernelExports {
  lay(candles: number): number
  pass(first: number, end: number): number
  measure(first: number, end: number): void
}

const PAGE_BYTES = 65_536

/** A kernel in WebAssembly, with memory of its own that grows with the candles it is given. */
export class WasmKernel implements Kernel {
  registers: Float64Array
  trades: Float64Array
  equity = new Float64Array(0)
  private readonly memory: WasmMemory
  private readonly code: KernelExports
  private candles: Candles | null = null

  constructor(module: object) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(COLUMNS_AT / PAGE_BYTES) })
    const imports = { env: { memory: this.memory } }
    this.code = new WebAssembly.Instance(module, imports).exports as KernelExports
    this.registers = new Float64Array(this.memory.buffer, 0, REGISTERS)
    this.trades = new Float64Array(this.memory.buffer, TRADES_AT, TRADES_MOST * TRADE_FIGURES)
  }

  open(candles: Candles): void {
    if (this.candles !== null && isSame(this.candles, candles)) return
    const { length } = candles
    const bytes = this.code.lay(length)
    const pages = Math.ceil(bytes / PAGE_BYTES) - this.memory.buffer.byteLength / PAGE_BYTES
    if (pages > 0) this.memory.grow(pages)
    const { buffer } = this.memory
    this.registers = new Float64Array(buffer, 0, REGISTERS)
    this.trades = new Float64Array(buffer, TRADES_AT, TRADES_MOST * TRADE_FIGURES)
    const { open, high, low, close } = candles
    let offset = COLUMNS_AT
    for (const column of [open, high, low, close]) {
      new Float64Array(buffer, offset, length).set(column.subarray(0, length))
      offset += length * 8
    }
    this.equity = new Float64Array(buffer, offset, length)
    this.candles = candles
  }

  pass(first: number, end: number): number {
    return this.code.pass(first, end)
  }

  measure(first: number, end: number): void {
    this.code.measure(first, end)
  }
}

function isSame(a: Candles, b: Candles): boolean {
  return a.close === b.close && a.length === b.length
}

let loaded: object | null | undefined

/** A kernel, compiled once a process; null where the build has made none, and the core does the loop itself. */
export function createKernel(): Kernel | null {
  if (loaded === undefined) loaded = loadModule()
  return loaded === null ? null : new WasmKernel(loaded)
}

function loadModule(): object | null {
  // Beside the bundle, or in the build where this runs from source.
  const files = ['./kernel.wasm', '../../../dist/kernel.wasm']
  const path = files
    .map(file => fileURLToPath(new URL(file, import.meta.url)))
    .find(file => existsSync(file))
  return path === undefined ? null : new WebAssembly.Module(readFileSync(path))
}
