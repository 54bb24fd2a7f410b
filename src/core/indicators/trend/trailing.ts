import type { Candles } from '../../candles/candles.js'
import { RmaFold } from '../averages/average-fold.js'
import { fadeLength } from '../fold.js'
import type { Indicator, Step } from '../indicator.js'
import { checkFactor, checkPeriod } from '../limits.js'
import { trueRangeAt } from '../ranges/range-fold.js'
import { withParts } from '../parts.js'

class PsarStep implements Step {
  private readonly step: number
  private readonly limit: number
  private isUp = true
  private stop = NaN
  private extreme = NaN
  private pace = NaN

  constructor(step: number, limit: number) {
    this.step = step
    this.limit = limit
    this.pace = step
  }

  next({ high, low }: Candles, i: number): number {
    if (i === 0) {
      this.stop = low[0]!
      this.extreme = high[0]!
      return this.stop
    }
    this.stop += this.pace * (this.extreme - this.stop)
    const sooner = i > 1 ? i - 2 : i - 1
    if (this.isUp) this.stop = Math.min(this.stop, low[i - 1]!, low[sooner]!)
    else this.stop = Math.max(this.stop, high[i - 1]!, high[sooner]!)
    this.follow(high[i]!, low[i]!)
    return this.stop
  }

  private follow(high: number, low: number): void {
    if (this.isUp ? low < this.stop : high > this.stop) {
      // The stop was hit: turn round, from the best price that was reached.
      this.stop = this.isUp ? Math.max(this.extreme, high) : Math.min(this.extreme, low)
      this.isUp = !this.isUp
      this.extreme = this.isUp ? high : low
      this.pace = this.step
    } else if (this.isUp ? high > this.extreme : low < this.extreme) {
      this.extreme = this.isUp ? high : low
      this.pace = Math.min(this.pace + this.step, this.limit)
    }
  }
}

/** Candles after which trailing stops begun anywhere have met, in practice: both have turned. */
const TURNS = 500

/**
 * Parabolic stop and reverse, in units of price: below the price in an uptrend, above it in a
 * downtrend. It begins as an uptrend from the first low. Its path depends on its beginning until
 * it has turned, so `settle` is what was long enough in practice, not a bound.
 * J. Welles Wilder (1978), https://en.wikipedia.org/wiki/Parabolic_SAR
 */
export function psar(step = 0.02, limit = 0.2): Indicator {
  checkFactor('psar', 'step', step)
  checkFactor('psar', 'limit', limit)
  return {
    key: `psar(${step},${limit})`,
    warmup: 0,
    settle: TURNS,
    start: () => new PsarStep(step, limit),
  }
}

class SupertrendStep implements Step {
  private readonly range: RmaFold
  private readonly factor: number
  private readonly gives: 'value' | 'direction'
  private upper = NaN
  private lower = NaN
  private isUp = false

  constructor(period: number, factor: number, gives: 'value' | 'direction') {
    this.range = new RmaFold(period)
    this.factor = factor
    this.gives = gives
  }

  next(candles: Candles, i: number): number {
    const range = i === 0 ? NaN : this.range.push(trueRangeAt(candles, i))
    if (range !== range) return NaN
    const before = candles.close[i - 1]!
    const middle = (candles.high[i]! + candles.low[i]!) / 2
    const upper = middle + this.factor * range
    const lower = middle - this.factor * range
    // A band only moves towards the price, unless the close before has gone through it.
    if (!(upper >= this.upper && before <= this.upper)) this.upper = upper
    if (!(lower <= this.lower && before >= this.lower)) this.lower = lower
    const close = candles.close[i]!
    this.isUp = this.isUp ? close >= this.lower : close > this.upper
    if (this.gives === 'direction') return this.isUp ? 1 : -1
    return this.isUp ? this.lower : this.upper
  }
}

/**
 * Supertrend: a band `factor` average true ranges from the median price that only moves towards
 * the price. `value` is the band in force, in units of price; `direction` is 1 in an uptrend and
 * -1 in a downtrend, which it begins as. `settle` is what was long enough in practice, as its
 * path depends on its beginning until it has turned.
 * https://www.tradingview.com/support/solutions/43000634738-supertrend/
 */
export function supertrend(
  period = 10,
  factor = 3,
): { readonly value: Indicator; readonly direction: Indicator } {
  checkPeriod('supertrend', 'period', period)
  checkFactor('supertrend', 'factor', factor)
  const key = `supertrend(${period},${factor})`
  const give = (gives: 'value' | 'direction'): Indicator => ({
    key: `${key}.${gives}`,
    warmup: period,
    settle: period + fadeLength(1 / period) + TURNS,
    start: () => new SupertrendStep(period, factor, gives),
  })
  return withParts('supertrend', { value: give('value'), direction: give('direction') })
}
