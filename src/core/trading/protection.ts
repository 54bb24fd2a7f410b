import type { Candles } from '../candles/candles.js'
import type { Position } from '../account/position.js'
import { EXIT_REASONS } from '../account/trade.js'

const STOP_LOSS = EXIT_REASONS.indexOf('stop_loss')
const TRAILING_STOP = EXIT_REASONS.indexOf('trailing_stop')
const TAKE_PROFIT = EXIT_REASONS.indexOf('take_profit')

/**
 * Which end of a candle is taken to have come first. `pessimistic` is the rule of a run: the
 * adverse extreme, so the stop wins and a candle's own high never tightens the stop it is
 * checked against. `optimistic` is the other bound: the favourable extreme first.
 */
export type PricePath = 'pessimistic' | 'optimistic'

/**
 * The protective exits of a position against one candle: stop, trailing stop, take-profit.
 * The same step runs in backtest, paper and live. The outcome of the last check stands in its
 * fields, so that a check allocates nothing.
 */
export class Protection {
  private readonly optimistic: boolean
  /** Reference price of the exit, before slippage. */
  price = 0
  /** Index into EXIT_REASONS. */
  reason = 0
  ambiguous = false

  constructor(path: PricePath) {
    this.optimistic = path === 'optimistic'
  }

  /** True for an exit that rests as a limit order and fills without slippage. */
  get isLimit(): boolean {
    return this.reason === TAKE_PROFIT
  }

  /**
   * Checks the candle at `i` and follows the extremes. `wasOpen` says that the position was open
   * before this candle, so that a gap through a level fills at the open.
   * @returns true where the position is left
   */
  check(position: Position, candles: Candles, i: number, wasOpen: boolean): boolean {
    const left =
      position.quantity > 0
        ? this.checkLong(position, candles, i, wasOpen)
        : this.checkShort(position, candles, i, wasOpen)
    const low = candles.low[i]!
    const high = candles.high[i]!
    if (low < position.lowest) position.lowest = low
    if (high > position.highest) position.highest = high
    return left
  }

  /**
   * Follows the extremes of an open position over the candles from `first` to before `end`, up to
   * one that touches a level. Pessimistic path only.
   * @returns the index of that candle, which is left to `check`; `end` where there is none
   */
  follow(position: Position, candles: Candles, first: number, end: number): number {
    return position.quantity > 0
      ? this.followLong(position, candles, first, end)
      : this.followShort(position, candles, first, end)
  }

  private followLong(position: Position, candles: Candles, first: number, end: number): number {
    const { low: lows, high: highs } = candles
    const { targetLevel: target, trailingStop } = position
    // Where there is no trailing stop the peak moves nothing.
    const keep = trailingStop === 0 ? 0 : 1 - trailingStop
    let stop = this.longStop(position, -Infinity)
    let { lowest, highest } = position
    let peak = position.peakNow()
    let i = first
    for (; i < end; i++) {
      const low = lows[i]!
      const high = highs[i]!
      if (low <= stop || high >= target) break
      if (low < lowest) lowest = low
      if (high <= highest) continue
      highest = high
      if (high <= peak) continue
      peak = high
      const trail = high * keep
      if (trail > stop) stop = trail
    }
    position.lowest = lowest
    position.highest = highest
    return i
  }

  private followShort(position: Position, candles: Candles, first: number, end: number): number {
    const { low: lows, high: highs } = candles
    const { targetLevel: target, trailingStop } = position
    const keep = trailingStop === 0 ? Infinity : 1 + trailingStop
    let stop = this.shortStop(position, Infinity)
    let { lowest, highest } = position
    let trough = position.peakNow()
    let i = first
    for (; i < end; i++) {
      const low = lows[i]!
      const high = highs[i]!
      if (high >= stop || low <= target) break
      if (high > highest) highest = high
      if (low >= lowest) continue
      lowest = low
      if (low >= trough) continue
      trough = low
      const trail = low * keep
      if (trail < stop) stop = trail
    }
    position.lowest = lowest
    position.highest = highest
    return i
  }

  private checkLong(position: Position, candles: Candles, i: number, wasOpen: boolean): boolean {
    const open = candles.open[i]!
    const high = candles.high[i]!
    const low = candles.low[i]!
    const target = position.targetLevel
    let stop = this.longStop(position, -Infinity)
    if (low <= stop && wasOpen && open <= stop) return this.leave(open, this.reason, false)
    const targetPrice = wasOpen && open >= target ? open : target
    if (this.optimistic) {
      if (high >= target) return this.leave(targetPrice, TAKE_PROFIT, low <= stop)
      stop = this.longStop(position, high)
    }
    if (low <= stop) {
      return this.leave(Math.min(stop, Math.max(open, high)), this.reason, high >= target)
    }
    return high >= target && this.leave(targetPrice, TAKE_PROFIT, false)
  }

  private checkShort(position: Position, candles: Candles, i: number, wasOpen: boolean): boolean {
    const open = candles.open[i]!
    const high = candles.high[i]!
    const low = candles.low[i]!
    const target = position.targetLevel
    let stop = this.shortStop(position, Infinity)
    if (high >= stop && wasOpen && open >= stop) return this.leave(open, this.reason, false)
    const targetPrice = wasOpen && open <= target ? open : target
    if (this.optimistic) {
      if (low <= target) return this.leave(targetPrice, TAKE_PROFIT, high >= stop)
      stop = this.shortStop(position, low)
    }
    if (high >= stop) {
      return this.leave(Math.max(stop, Math.min(open, low)), this.reason, low <= target)
    }
    return low <= target && this.leave(targetPrice, TAKE_PROFIT, false)
  }

  /** The effective stop of a long; leaves in `reason` which of the two it is. */
  private longStop(position: Position, high: number): number {
    this.reason = STOP_LOSS
    if (position.trailingStop === 0) return position.stopLevel
    const trail = Math.max(position.peakNow(), high) * (1 - position.trailingStop)
    if (trail <= position.stopLevel) return position.stopLevel
    this.reason = TRAILING_STOP
    return trail
  }

  private shortStop(position: Position, low: number): number {
    this.reason = STOP_LOSS
    if (position.trailingStop === 0) return position.stopLevel
    const trail = Math.min(position.peakNow(), low) * (1 + position.trailingStop)
    if (trail >= position.stopLevel) return position.stopLevel
    this.reason = TRAILING_STOP
    return trail
  }

  private leave(price: number, reason: number, ambiguous: boolean): true {
    this.price = price
    this.reason = reason
    this.ambiguous = ambiguous
    return true
  }
}
