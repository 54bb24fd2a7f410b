import type { Candles } from '../../candles/candles.js'
import { bucketOpen } from '../../candles/resample.js'
import { DAY_MS, type Millis } from '../../candles/time.js'
import { vwma } from '../averages/average-adaptive.js'
import { ExactSum } from '../sums/exact-sum.js'
import type { Indicator, Step } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { hlc3 } from '../price.js'

/**
 * Volume weighted average price of the last `period` candles, by the typical price; the simple
 * average where nothing was traded. https://en.wikipedia.org/wiki/Volume-weighted_average_price
 */
export function vwap(period: number): Indicator {
  checkPeriod('vwap', 'period', period)
  return { ...vwma(period, hlc3()), key: `vwap(${period})` }
}

class DailyVwapStep implements Step {
  private day: Millis = NaN
  private readonly spent = new ExactSum()
  private readonly volume = new ExactSum()
  private readonly plain = new ExactSum()
  private count = 0

  next({ time, high, low, close, volume }: Candles, i: number): number {
    const day = bucketOpen(time[i]!, DAY_MS)
    if (day !== this.day) this.open(day)
    const price = (high[i]! + low[i]! + close[i]!) / 3
    this.spent.add(price * volume[i]!)
    this.volume.add(volume[i]!)
    this.plain.add(price)
    this.count++
    const traded = this.volume.value
    return traded === 0 ? this.plain.value / this.count : this.spent.value / traded
  }

  private open(day: Millis): void {
    this.day = day
    this.spent.clear()
    this.volume.clear()
    this.plain.clear()
    this.count = 0
  }
}

/**
 * Volume weighted average price since the UTC day began, by the typical price; the simple average
 * while nothing was traded. On candles that begin within a day it begins there.
 * https://en.wikipedia.org/wiki/Volume-weighted_average_price
 */
export function dailyVwap(): Indicator {
  return {
    key: 'dailyVwap',
    warmup: 0,
    settle: timeframeMs => Math.ceil(DAY_MS / timeframeMs),
    start: () => new DailyVwapStep(),
  }
}
