import { indexAtOrAfter, type Candles } from './candles.js'

/**
 * Finer candles of the same market, from which the order of events inside a candle is taken.
 * They are used for a candle only where they cover its whole range; where minutes are missing
 * and an extreme with them, the coarse candle decides.
 */
export class DetailCandles {
  readonly candles: Candles
  /** Coarse candles with an open position that were decided by finer ones, and that were not. */
  used = 0
  missed = 0
  private readonly coarse: Candles
  private next = 0

  constructor(candles: Candles, coarse: Candles) {
    this.candles = candles
    this.coarse = coarse
  }

  /** Index of the first finer candle inside coarse candle `i`; `end` gives the one after the last. */
  start(i: number): number {
    const since = this.coarse.time[i]!
    const { time, length } = this.candles
    if (
      this.next >= length ||
      time[this.next]! > since ||
      since - time[this.next]! > this.coarse.timeframeMs * 4
    ) {
      this.next = indexAtOrAfter(this.candles, since)
    }
    while (this.next < length && time[this.next]! < since) this.next += 1
    return this.next
  }

  end(i: number, start: number): number {
    const until = this.coarse.time[i]! + this.coarse.timeframeMs
    let end = start
    while (end < this.candles.length && this.candles.time[end]! < until) end += 1
    return end
  }

  /** Whether the finer candles reach both extremes of coarse candle `i`. */
  covers(start: number, end: number, i: number): boolean {
    const { high, low } = this.candles
    let highest = -Infinity
    let lowest = Infinity
    for (let k = start; k < end; k++) {
      if (high[k]! > highest) highest = high[k]!
      if (low[k]! < lowest) lowest = low[k]!
    }
    return (
      highest >= this.coarse.high[i]! * (1 - 1e-9) && lowest <= this.coarse.low[i]! * (1 + 1e-9)
    )
  }
}
