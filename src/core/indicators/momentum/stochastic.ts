import type { Candles } from '../../candles/candles.js'
import { sma } from '../averages/average.js'
import { folded, type Fold } from '../fold.js'
import { sourceKey, type Indicator, type Source, type Step } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { ExtremeFold } from '../ranges/range-fold.js'
import { rsi } from './strength.js'
import { withParts } from '../parts.js'

class StochasticStep implements Step {
  private readonly highest: ExtremeFold
  private readonly lowest: ExtremeFold
  private readonly shift: number

  constructor(period: number, shift: number) {
    this.highest = new ExtremeFold(period, 1)
    this.lowest = new ExtremeFold(period, -1)
    this.shift = shift
  }

  next(candles: Candles, i: number): number {
    const high = this.highest.push(candles.high[i]!)
    const low = this.lowest.push(candles.low[i]!)
    return placeWithin(candles.close[i]!, low, high) + this.shift
  }
}

/** Where a value lies in a range, 0 to 100; 50 where the range is a point. */
function placeWithin(value: number, low: number, high: number): number {
  return high === low ? 50 : ((value - low) / (high - low)) * 100
}

function rawStochastic(key: string, period: number, shift: number): Indicator {
  return { key, warmup: period - 1, start: () => new StochasticStep(period, shift) }
}

/**
 * Stochastic oscillator, 0 to 100: `k` is the place of the close in the range of the last
 * `period` candles, averaged over `smooth` (1 is the fast stochastic, 3 the slow one); `d` is
 * the average of `k` over `signal`. 50 where the range is a point.
 * https://en.wikipedia.org/wiki/Stochastic_oscillator
 */
export function stochastic(
  period: number,
  smooth = 1,
  signal = 3,
): { readonly k: Indicator; readonly d: Indicator } {
  checkPeriod('stochastic', 'period', period)
  checkPeriod('stochastic', 'smooth', smooth)
  checkPeriod('stochastic', 'signal', signal)
  const key = `stochastic(${period},${smooth},${signal})`
  const raw = rawStochastic(`${key}.raw`, period, 0)
  const k = smooth === 1 ? raw : sma(smooth, raw)
  return lines('stochastic', key, k, signal)
}

function lines(
  name: string,
  key: string,
  k: Indicator,
  signal: number,
): { readonly k: Indicator; readonly d: Indicator } {
  const d = { ...sma(signal, k), key: `${key}.d` }
  return withParts(name, { k: { ...k, key: `${key}.k` }, d })
}

/**
 * Williams %R, -100 to 0: the stochastic counted from the top; -50 where the range is a point.
 * https://en.wikipedia.org/wiki/Williams_%25R
 */
export function williamsR(period: number): Indicator {
  checkPeriod('williamsR', 'period', period)
  return rawStochastic(`williamsR(${period})`, period, -100)
}

class PlaceFold implements Fold {
  private readonly highest: ExtremeFold
  private readonly lowest: ExtremeFold

  constructor(period: number) {
    this.highest = new ExtremeFold(period, 1)
    this.lowest = new ExtremeFold(period, -1)
  }

  push(value: number): number {
    const high = this.highest.push(value)
    return placeWithin(value, this.lowest.push(value), high)
  }
}

/**
 * Stochastic of the relative strength index, 0 to 100: the place of `rsi(period)` in its range
 * over `window` candles, averaged over `smooth` (k), and averaged again over `signal` (d).
 * Chande and Kroll (1994), https://www.tradingview.com/support/solutions/43000502333-stochastic-rsi-stoch-rsi/
 */
export function stochasticRsi(
  period: number,
  window = period,
  smooth = 3,
  signal = 3,
  source: Source = 'close',
): { readonly k: Indicator; readonly d: Indicator } {
  checkPeriod('stochasticRsi', 'period', period)
  checkPeriod('stochasticRsi', 'window', window)
  checkPeriod('stochasticRsi', 'smooth', smooth)
  checkPeriod('stochasticRsi', 'signal', signal)
  const key = `stochasticRsi(${period},${window},${smooth},${signal},${sourceKey(source)})`
  const raw = folded({
    key: `${key}.raw`,
    source: rsi(period, source),
    wait: window - 1,
    fold: () => new PlaceFold(window),
  })
  return lines('stochasticRsi', key, sma(smooth, raw), signal)
}
