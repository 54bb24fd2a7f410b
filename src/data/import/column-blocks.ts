import { COLUMNS, type Candles, cutCandles } from '../../core/candles/candles.js'
import type { RawCandle } from './row-reader.js'

type Name = (typeof COLUMNS)[number]

const FIRST_CAPACITY = 1024
const GROWTH = 1.5

/** Candles in the order in which they came, found by time. Grows a column at a time. */
export class ColumnBlocks {
  length = 0
  private columns: Record<Name, Float64Array>
  private lines = new Uint32Array(FIRST_CAPACITY)
  private files = new Uint16Array(FIRST_CAPACITY)
  /** Whether each candle came later than the one before. */
  isAscending = true
  private first = Infinity
  private last = -Infinity
  /** Built only once a time comes that is neither the earliest nor the latest so far. */
  private index: Map<number, number> | undefined

  constructor() {
    const column = (): Float64Array => new Float64Array(FIRST_CAPACITY)
    this.columns = {
      time: column(),
      open: column(),
      high: column(),
      low: column(),
      close: column(),
      volume: column(),
    }
  }

  append(candle: RawCandle, file: number): void {
    if (this.length === this.lines.length) this.grow()
    const i = this.length++
    const { columns } = this
    columns.time[i] = candle.time
    columns.open[i] = Number(candle.open)
    columns.high[i] = Number(candle.high)
    columns.low[i] = Number(candle.low)
    columns.close[i] = Number(candle.close)
    columns.volume[i] = Number(candle.volume)
    this.lines[i] = candle.line
    this.files[i] = file
    if (candle.time < this.first) this.first = candle.time
    if (candle.time > this.last) this.last = candle.time
    else this.isAscending = false
    this.index?.set(candle.time, i)
  }

  /** Where the candle of a time stands, if there is one. */
  find(time: number): number | undefined {
    if (time > this.last || time < this.first) return undefined
    if (time === this.columns.time[this.length - 1]) return this.length - 1
    this.index ??= this.buildIndex()
    return this.index.get(time)
  }

  private buildIndex(): Map<number, number> {
    const index = new Map<number, number>()
    for (let i = 0; i < this.length; i++) index.set(this.columns.time[i]!, i)
    return index
  }

  equals(i: number, candle: RawCandle): boolean {
    const { columns } = this
    return (
      columns.close[i] === Number(candle.close) &&
      columns.open[i] === Number(candle.open) &&
      columns.high[i] === Number(candle.high) &&
      columns.low[i] === Number(candle.low) &&
      columns.volume[i] === Number(candle.volume)
    )
  }

  lineOf(i: number): number {
    return this.lines[i]!
  }

  fileOf(i: number): number {
    return this.files[i]!
  }

  /** The columns as they came, for when they came in order. */
  candles(timeframeMs: number): Candles {
    return cutCandles({ ...this.columns, timeframeMs, length: this.length }, 0, this.length)
  }

  column(name: Name): Float64Array {
    return this.columns[name]
  }

  /** A column, given away: its memory is free once the caller is done. */
  takeColumn(name: Name): Float64Array {
    const column = this.columns[name]
    this.columns[name] = new Float64Array(0)
    return column
  }

  /** Positions in ascending order of time. */
  order(): Uint32Array {
    const { length } = this
    const { time } = this.columns
    const order = new Uint32Array(length)
    for (let i = 0; i < length; i++) order[i] = i
    const sorted = (sign: number): boolean => {
      for (let i = 1; i < length; i++) if ((time[i]! - time[i - 1]!) * sign < 0) return false
      return true
    }
    if (sorted(1)) return order
    if (sorted(-1)) return order.reverse()
    return order.sort((a, b) => time[a]! - time[b]!)
  }

  private grow(): void {
    const capacity = Math.ceil(this.lines.length * GROWTH)
    for (const name of COLUMNS) {
      const longer = new Float64Array(capacity)
      longer.set(this.columns[name])
      this.columns[name] = longer
    }
    const lines = new Uint32Array(capacity)
    lines.set(this.lines)
    this.lines = lines
    const files = new Uint16Array(capacity)
    files.set(this.files)
    this.files = files
  }
}
