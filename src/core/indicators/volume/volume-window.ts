import type { Candles } from '../../candles/candles.js'
import { AppError } from '../../errors.js'
import { timeframeName } from '../../candles/time.js'
import type { Indicator, Step } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { WindowSum } from '../sums/window-sum.js'

class QuoteVolumeStep implements Step {
  private readonly windowMs: number
  private oldest = 0
  private window: WindowSum | null = null

  constructor(windowMs: number) {
    this.windowMs = windowMs
  }

  next(candles: Candles, i: number): number {
    const { time, close, volume, timeframeMs } = candles
    if (this.windowMs < timeframeMs) throw tooShort(this.windowMs, timeframeMs)
    const length = Math.ceil(this.windowMs / timeframeMs)
    const window = (this.window ??= new WindowSum(length))
    window.push(volume[i]! * close[i]!)
    // Opens compare as closes do: both sides are one timeframe earlier.
    const since = time[i]! - this.windowMs
    while (time[this.oldest]! <= since) {
      // Where no candle is missing it has left by itself.
      if (i - this.oldest < length) window.drop(i - this.oldest)
      this.oldest++
    }
    return time[i]! + timeframeMs - time[0]! < this.windowMs ? NaN : window.sum
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
