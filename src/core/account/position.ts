import { assert } from '../assert.js'
import type { Candles } from '../candles/candles.js'
import type { Fill } from './fill.js'

/** The columns of candles that positions look at: handed on whole, because V8 boxes numbers. */
type Extremes = Pick<Candles, 'high' | 'low'>

/**
 * What a leg holds, from flat to flat: quantity, averages, and the sums that its trade is made of.
 * Quantity is signed: above 0 long, below 0 short, 0 flat.
 */
export class Position {
  quantity = 0
  /** 1 long, -1 short: of what is held, or was held last. */
  side = 1
  /** Quantity-weighted average fill price of what is held. */
  entryPrice = 0
  /** Fill price of the first entry, from which the levels are measured. */
  basePrice = 0
  /** Index of the candle of the first entry; below 0 where history begins later. */
  entryIndex = 0
  entryTime = 0
  /** Base units and quote value of all entries and all exits so far. */
  entered = 0
  enteredValue = 0
  exited = 0
  exitedValue = 0
  /** Numbers of entries and exits. */
  entries = 0
  parts = 0
  fees = 0
  txCosts = 0
  slippage = 0
  /** Index of its last fill in the fill log. */
  lastFill = -1
  entryTag: string | null = null
  /** 1 where a candle of it could have gone otherwise. A number, as all fields of a saved position. */
  ambiguity = 0
  /** Highest and lowest price since the last addition, or since the entry, its fill price included. */
  highest = 0
  lowest = 0
  /** Best price seen, from which a trailing stop keeps its distance. */
  peak = 0
  /** Worst (at most 0) and best (at least 0) unrealised return, as of the last time that they were settled. */
  worst = 0
  best = 0

  get ambiguous(): boolean {
    return this.ambiguity === 1
  }

  /** Starts a position. */
  open(fill: Fill): void {
    assert(this.quantity === 0, 'a position is opened while one is open')
    assert(fill.size > 0 && fill.price > 0, 'a position is opened with nothing')
    assert(fill.size < Infinity && fill.price < Infinity, 'a position is opened without end')
    assert(fill.side === 1 || fill.side === -1, 'a position is opened on no side')
    const { price, size } = fill
    this.side = fill.side
    this.quantity = fill.side * size
    this.entryPrice = price
    this.basePrice = price
    this.entryIndex = fill.index
    this.entryTime = fill.time
    this.entered = size
    this.enteredValue = price * size
    this.exited = 0
    this.exitedValue = 0
    this.entries = 1
    this.parts = 0
    this.fees = 0
    this.txCosts = 0
    this.slippage = 0
    this.lastFill = -1
    this.entryTag = fill.tag
    this.ambiguity = 0
    this.highest = price
    this.lowest = price
    this.peak = price
    this.worst = 0
    this.best = 0
  }

  /**
   * Grows the position; the entry price becomes the weighted average. What was the worst and the
   * best so far stays as it was by the average of its time.
   */
  add(fill: Fill): void {
    assert(this.quantity * fill.side > 0, 'an addition goes against the position')
    assert(fill.size > 0 && fill.size < Infinity, 'an addition adds no size')
    assert(fill.price > 0 && fill.price < Infinity, 'an addition has no price')
    const quantity = fill.side * fill.size
    this.settle()
    this.highest = 0
    this.lowest = Number.MAX_VALUE
    const total = this.quantity + quantity
    this.entryPrice = (this.entryPrice * this.quantity + fill.price * quantity) / total
    this.quantity = total
    this.entered += fill.size
    this.enteredValue += fill.price * fill.size
    this.entries += 1
  }

  /** Takes an exit off. Quantities are whole steps: less than half of one is what floats leave of none. */
  reduce({ size, price }: Fill, step: number): void {
    const held = Math.abs(this.quantity)
    assert(size > 0 && size <= held, 'an exit is larger than the position')
    assert(price >= 0 && price < Infinity, 'an exit has no price')
    this.settle()
    const left = held - size
    this.quantity = left < step / 2 ? 0 : this.side * left
    this.exited += size
    this.exitedValue += price * size
    this.parts += 1
    assert(this.exited <= this.entered * (1 + SLACK), 'more has left a position than came in')
  }

  /** Follows the extremes of a candle. */
  follow({ high: highs, low: lows }: Extremes, i: number): void {
    const high = highs[i]!
    const low = lows[i]!
    if (low < this.lowest) this.lowest = low
    if (high > this.highest) this.highest = high
  }

  /** Takes the best price of a candle for the trailing stop. @returns whether it is a new one */
  raisePeak({ high: highs, low: lows }: Extremes, i: number): boolean {
    const high = highs[i]!
    const low = lows[i]!
    if (this.side > 0 ? high <= this.peak : low >= this.peak) return false
    this.peak = this.side > 0 ? high : low
    return true
  }

  /** Average price over all entries. */
  averageEntry(): number {
    return this.entries === 1 ? this.entryPrice : this.enteredValue / this.entered
  }

  /** Average price over all exits, the last of which was at `lastPrice`. */
  averageExit(lastPrice: number): number {
    return this.parts === 1 ? lastPrice : this.exitedValue / this.exited
  }

  /** What the position has made so far, worth what it is at `price`, all costs until now taken off. */
  resultAt(price: number): number {
    const moved = this.side * (this.exitedValue - this.enteredValue)
    return moved + this.quantity * price - this.fees - this.txCosts
  }

  /** Brings `worst` and `best` up to now, by the candles' lows and highs. */
  settle(): void {
    if (this.highest === 0) return
    const low = this.lowest / this.entryPrice
    const high = this.highest / this.entryPrice
    const isLong = this.side > 0
    this.worst = Math.min(this.worst, isLong ? low - 1 : 1 - high)
    this.best = Math.max(this.best, isLong ? high - 1 : 1 - low)
  }

  save(): SavedPosition {
    return { ...this }
  }

  restore(saved: SavedPosition): void {
    Object.assign(this, saved)
    const { quantity, side, entered, exited, entryPrice, basePrice } = this
    assert(Number.isFinite(quantity), 'a saved position holds no quantity')
    if (quantity === 0) return
    assert(quantity * side > 0, 'a saved position holds the other side than it says')
    assert(entryPrice > 0 && basePrice > 0, 'a saved position has no price')
    const held = entered - exited
    const isExplained = Math.abs(held - side * quantity) <= SLACK * entered
    assert(isExplained, 'a saved position holds other than what has come in and left')
  }
}

/** What sums of quantities may be off by, as a share of the largest: floats, and less than half a step. */
const SLACK = 1e-6

/** The fields of a position. */
export type SavedPosition = {
  readonly [
    K in keyof Position as Position[K] extends number | string | null ? K : never
  ]: Position[K]
}
