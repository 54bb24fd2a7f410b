import type { Candles } from '../../candles/candles.js'
import { AppError } from '../../errors.js'
import { timeframeName } from '../../candles/time.js'
import type { Indicator, Step } from '../indicator.js'
import { checkPeriod } from '../limits.js'

class QuoteVolumeStep implements Step {
  private readonly windowMs: number
  private oldest = 0
  private sum = 0

  constructor(windowMs: number) {
    this.windowMs = windowMs
  }

  next(candles: Candles, i: number): number {
    const { time, close, volume, timeframeMs } = candles
    if (this.windowMs < timeframeMs) throw tooShort(this.windowMs, timeframeMs)
    this.sum += volume[i]! * close[i]!
    // Opens compare as closes do: both sides are one timeframe earlier.
    const since = time[i]! - this.windowMs
    while (time[this.oldest]! <= since) {
      this.sum -= volume[this.oldest]! * close[this.oldest]!
      this.oldest++
    }
    if (time[i]! + timeframeMs - time[0]! < this.windowMs) return NaN
    // Subtracting leaves a rounding residue, which must not turn an empty window negative.
    return this.sum > 0 ? this.sum : 0
  }
}

function tooShort(windowMs: number, timeframeMs: number): AppError {
  return new AppError(
    'INVALID_PARAMETER',
    `quoteVolume window "${timeframeName(windowMs)}" must be at least one candle, "${timeframeName(timeframeMs)}"`,
    { hint: 'use a longer window or a shorter timeframe', data: { windowMs, timeframeMs } },
  )
}

/**
 * Volume times close, in the quote currency, summed over the candles that closed in the last
 * `windowMs` milliseconds, the candle just closed included: close times in
 * `(close - windowMs, close]`. Counted by time, so a missing candle does not stretch the window.
 * No value until the candles span the window.
 */
export function quoteVolume(windowMs: number): Indicator {
  checkPeriod('quoteVolume', 'windowMs', windowMs)
  return {
    key: `quoteVolume(${windowMs})`,
    warmup: timeframeMs => Math.max(0, Math.ceil(windowMs / timeframeMs) - 1),
    start: () => new QuoteVolumeStep(windowMs),
  }
}
