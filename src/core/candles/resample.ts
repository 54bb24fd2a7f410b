import { CandleBuffer, type Candles } from './candles.js'
import { AppError } from '../errors.js'
import { DAY_MS, WEEK_MS, timeframeName, type Millis } from './time.js'

/** 1970-01-01 was a Thursday; weeks begin on Monday, four days later. */
const WEEK_OFFSET_MS = 4 * DAY_MS

function offsetOf(timeframeMs: Millis): Millis {
  return timeframeMs % WEEK_MS === 0 ? WEEK_OFFSET_MS : 0
}

/** The open of the bucket that holds `time`: aligned to the epoch in UTC, whole weeks to Monday. */
export function bucketOpen(time: Millis, timeframeMs: Millis): Millis {
  const offset = offsetOf(timeframeMs)
  return Math.floor((time - offset) / timeframeMs) * timeframeMs + offset
}

/** @throws AppError INVALID_TIMEFRAME unless whole base candles fill each higher one */
export function checkMultiple(baseMs: Millis, higherMs: Millis): void {
  const isMultiple = higherMs >= baseMs && higherMs % baseMs === 0
  if (isMultiple && (offsetOf(higherMs) - offsetOf(baseMs)) % baseMs === 0) return
  throw new AppError(
    'INVALID_TIMEFRAME',
    `timeframe "${timeframeName(higherMs)}" is not made of whole candles of "${timeframeName(baseMs)}"`,
    { hint: 'choose a multiple of the timeframe of the candles', data: { baseMs, higherMs } },
  )
}

/**
 * Turns candles into candles of a higher timeframe, one at a time. A bucket is closed by the
 * candle that reaches its end, or by the first candle after it where those up to the end are
 * missing. What is present in a bucket makes its candle, except at the very start: candles that
 * begin inside a bucket say nothing of what came before, so that bucket is left out unless
 * `keepPartialStart` is set.
 */
export class Resampler {
  /** The closed candles of the higher timeframe so far. */
  readonly candles: CandleBuffer
  private readonly timeframeMs: Millis
  private keepsPartial: boolean
  private end = -Infinity
  private isOpen = false
  private open = NaN
  private high = NaN
  private low = NaN
  private close = NaN
  private volume = NaN

  constructor(timeframeMs: Millis, keepPartialStart = false) {
    this.timeframeMs = timeframeMs
    this.keepsPartial = keepPartialStart
    this.candles = new CandleBuffer(timeframeMs, 64)
  }

  /** Closes the open bucket where the candle lies beyond it. Returns whether a candle was added. */
  closeBefore(candles: Candles, i: number): boolean {
    return this.isOpen && candles.time[i]! >= this.end && this.closeBucket()
  }

  /** Adds the candle to its bucket. Returns whether that closed it. Call `closeBefore` first. */
  add(candles: Candles, i: number): boolean {
    const time = candles.time[i]!
    if (time >= this.end) this.openBucket(time)
    if (this.isOpen) this.include(candles, i)
    return this.isOpen && time + candles.timeframeMs >= this.end && this.closeBucket()
  }

  private openBucket(time: Millis): void {
    const isFirst = this.end === -Infinity
    const begin = bucketOpen(time, this.timeframeMs)
    this.end = begin + this.timeframeMs
    this.isOpen = !isFirst || begin === time || this.keepsPartial
    this.open = NaN
  }

  private include(candles: Candles, i: number): void {
    const high = candles.high[i]!
    const low = candles.low[i]!
    if (this.open !== this.open) {
      this.open = candles.open[i]!
      this.high = high
      this.low = low
      this.volume = 0
    }
    if (high > this.high) this.high = high
    if (low < this.low) this.low = low
    this.close = candles.close[i]!
    this.volume += candles.volume[i]!
  }

  private closeBucket(): true {
    this.candles.append(
      this.end - this.timeframeMs,
      this.open,
      this.high,
      this.low,
      this.close,
      this.volume,
    )
    this.isOpen = false
    return true
  }
}

/**
 * Candles of a higher timeframe, aligned to the epoch in UTC (weeks to Monday). The last bucket
 * is left out unless a candle reaches its end: it is not a closed candle yet. A first bucket that
 * lacks its first candles is left out too, unless `keepPartialStart` says that trading began
 * there (a new listing), so that what is present is all there was.
 * @throws AppError INVALID_TIMEFRAME unless `timeframeMs` is a multiple of that of the candles
 */
export function resample(
  candles: Candles,
  timeframeMs: Millis,
  { keepPartialStart = false }: { readonly keepPartialStart?: boolean } = {},
): Candles {
  checkMultiple(candles.timeframeMs, timeframeMs)
  const resampler = new Resampler(timeframeMs, keepPartialStart)
  for (let i = 0; i < candles.length; i++) {
    resampler.closeBefore(candles, i)
    resampler.add(candles, i)
  }
  return resampler.candles
}
