import { tighterExit, type RiskSettings } from '../risk/settings.js'
import type { Exits } from '../strategy/intent.js'
import type { Fill } from './fill.js'

/**
 * What a leg holds, and the levels that protect it. Quantity is signed: above 0 long, below 0
 * short, 0 flat. Levels are set from the entry's fill price and stay where scaling changes the
 * average.
 */
export class Position {
  quantity = 0
  /** Quantity-weighted average fill price. */
  entryPrice = 0
  /** Fill price of the first entry, from which the levels are measured. */
  basePrice = 0
  entryIndex = 0
  entryTime = 0
  fees = 0
  txCosts = 0
  slippage = 0
  /** Highest and lowest price seen since the last addition, or since the entry, its fill price included. */
  highest = 0
  lowest = 0
  /** Best price seen before the last addition, which the trailing stop goes on from. */
  peak = 0
  /** Worst (at most 0) and best (at least 0) unrealised return, as of the last time that they were settled. */
  worst = 0
  best = 0
  stopLoss = 0
  takeProfit = 0
  trailingStop = 0
  timeStop = 0
  /** Fixed levels: 0 and Infinity never touch for a long, mirrored for a short. */
  stopLevel = 0
  targetLevel = Infinity

  /** Starts a position. */
  open(fill: Fill, isLong: boolean, settings: RiskSettings, named: Exits): void {
    const { price } = fill
    this.quantity = isLong ? fill.size : -fill.size
    this.entryPrice = price
    this.entryIndex = fill.index
    this.entryTime = fill.time
    this.fees = 0
    this.txCosts = 0
    this.slippage = 0
    this.highest = price
    this.lowest = price
    this.peak = price
    this.worst = 0
    this.best = 0
    this.basePrice = price
    this.setExits(settings, named)
    this.setLevels()
  }

  /** Takes the tighter of each exit that the user set and the strategy named. */
  setExits(settings: RiskSettings, named: Exits): void {
    this.stopLoss = tighterExit(settings.stopLoss, named.stopLoss)
    this.takeProfit = tighterExit(settings.takeProfit, named.takeProfit)
    this.trailingStop = tighterExit(settings.trailingStop, named.trailingStop)
    this.timeStop = tighterExit(settings.timeStop, named.timeStop)
  }

  /** Measures the fixed levels from the entry's fill price. */
  setLevels(): void {
    const isLong = this.quantity > 0
    const { basePrice, stopLoss, takeProfit } = this
    this.stopLevel = isLong ? levelBelow(basePrice, stopLoss) : levelAbove(basePrice, stopLoss)
    this.targetLevel = isLong
      ? levelAbove(basePrice, takeProfit)
      : levelBelow(basePrice, takeProfit)
  }

  /**
   * Grows the position; the entry price becomes the weighted average. What was the worst and the
   * best so far stays as it was by the average of its time.
   */
  add(fill: Fill, isLong: boolean): void {
    const quantity = isLong ? fill.size : -fill.size
    this.settle()
    this.peak = this.peakNow()
    this.highest = 0
    this.lowest = Number.MAX_VALUE
    const total = this.quantity + quantity
    this.entryPrice = (this.entryPrice * this.quantity + fill.price * quantity) / total
    this.quantity = total
  }

  /** Best price seen while open, from which the trailing stop keeps its distance. */
  peakNow(): number {
    return this.quantity > 0 ? Math.max(this.peak, this.highest) : Math.min(this.peak, this.lowest)
  }

  /** Takes the size of an exit off, with its share of what the entry has cost. */
  reduce({ size }: Fill): void {
    if (size === Math.abs(this.quantity)) {
      this.quantity = 0
      return
    }
    const left = 1 - size / Math.abs(this.quantity)
    this.quantity = left <= 0 ? 0 : this.quantity - Math.sign(this.quantity) * size
    this.fees *= left
    this.txCosts *= left
    this.slippage *= left
  }

  /** Brings `worst` and `best` up to now, by the candles' lows and highs. */
  settle(): void {
    const low = this.lowest / this.entryPrice
    const high = this.highest / this.entryPrice
    const isLong = this.quantity > 0
    this.worst = Math.min(this.worst, isLong ? low - 1 : 1 - high)
    this.best = Math.max(this.best, isLong ? high - 1 : 1 - low)
  }

  /** The level at which the position is stopped now, the trailing stop included. 0 is "none". */
  stopNow(): number {
    const [level, trail] = [this.fixedStop(), this.trailNow()]
    if (level === 0 || trail === 0) return Math.max(level, trail)
    return this.quantity > 0 ? Math.max(level, trail) : Math.min(level, trail)
  }

  /** The level of the stop loss; 0 is "none". */
  fixedStop(): number {
    return Number.isFinite(this.stopLevel) ? this.stopLevel : 0
  }

  /** Where the trailing stop stands now; 0 is "none". */
  trailNow(): number {
    if (this.trailingStop === 0) return 0
    return this.peakNow() * (1 - Math.sign(this.quantity) * this.trailingStop)
  }

  save(): SavedPosition {
    const { stopLevel: _stop, targetLevel: _target, ...numbers } = this
    return numbers
  }

  restore(saved: SavedPosition): void {
    Object.assign(this, saved)
    this.setLevels()
  }
}

function levelBelow(price: number, distance: number): number {
  return distance === 0 ? 0 : price * (1 - distance)
}

function levelAbove(price: number, distance: number): number {
  return distance === 0 ? Infinity : price * (1 + distance)
}

/** The numbers of a position; the levels follow from them. */
export type SavedPosition = Omit<
  { [K in keyof Position as Position[K] extends number ? K : never]: number },
  'stopLevel' | 'targetLevel'
>
