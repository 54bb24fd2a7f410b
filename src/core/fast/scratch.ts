import { dayEnds } from '../candles/days.js'
import { TradeLog } from '../account/trade-log.js'

/**
 * Memory that runs borrow one after another, so that a thousand of them ask the system for it
 * once. What a run returns stands in it only until the next run begins.
 */
export class Scratch {
  readonly trades = new TradeLog()
  private points = new Float64Array(0)
  private indices = new Int32Array(0)
  private readonly columns: Float64Array[] = []
  private lent = 0
  private dayTimes: Float64Array = new Float64Array(0)
  private dayTimeframeMs = 0
  private ends: Int32Array = new Int32Array(0)

  /** Takes back everything that the last run borrowed. */
  begin(): this {
    this.lent = 0
    this.trades.clear()
    return this
  }

  /** Room for an equity curve; what stands in it is left over from earlier. */
  equity(length: number): Float64Array {
    if (this.points.length < length) this.points = new Float64Array(length)
    return this.points
  }

  /** Room for the indices of a column's candles. */
  words(length: number): Int32Array {
    if (this.indices.length < length) this.indices = new Int32Array(length)
    return this.indices
  }

  /** Where the days of candles with these opens end, looked up once for runs over the same candles. */
  days(time: Float64Array, timeframeMs: number): Int32Array {
    const { dayTimes } = this
    const isSame =
      timeframeMs === this.dayTimeframeMs &&
      time.buffer === dayTimes.buffer &&
      time.byteOffset === dayTimes.byteOffset &&
      time.length === dayTimes.length
    if (isSame) return this.ends
    this.dayTimes = time
    this.dayTimeframeMs = timeframeMs
    return (this.ends = dayEnds(time, timeframeMs))
  }

  /** A column to be written from end to end; another one at each call. */
  column(length: number): Float64Array {
    const known = this.columns[this.lent]
    const column = known?.length === length ? known : new Float64Array(length)
    this.columns[this.lent++] = column
    return column
  }
}
