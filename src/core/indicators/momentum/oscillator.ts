import type { Candles } from '../../candles/candles.js'
import { SmaFold } from '../averages/average-fold.js'
import { sma } from '../averages/average.js'
import { folded, paired, type Fold } from '../fold.js'
import { sourceKey, type Indicator, type Source, type Step } from '../indicator.js'
import { checkOrder, checkPeriod } from '../limits.js'
import { hlc3, roc } from '../price.js'
import { trueRangeAt } from '../ranges/range-fold.js'
import { Window } from '../window.js'
import { WindowSum } from '../sums/window-sum.js'
import { withParts } from '../parts.js'

/** Lambert's constant, which puts most values between -100 and 100. */
const CCI_SCALE = 0.015

/** A mean deviation below this share of the value is what floats leave of none. */
const DUST = 1e-13

class CciFold implements Fold {
  private readonly past: Window

  constructor(period: number) {
    this.past = new Window(period)
  }

  push(value: number): number {
    if (value !== value || !this.past.push(value)) return NaN
    const { length } = this.past
    // Relative to the newest value, so that a flat window has no deviation at all.
    let sum = 0
    for (let ago = 1; ago < length; ago++) sum += this.past.at(ago) - value
    const mean = sum / length
    let size = 0
    for (let ago = 0; ago < length; ago++) size += Math.abs(this.past.at(ago) - value - mean)
    const isFlat = size <= length * DUST * Math.abs(value)
    return isFlat ? 0 : -mean / ((CCI_SCALE * size) / length)
  }
}

/**
 * Commodity channel index: the distance of the typical price from its average, in mean absolute
 * deviations divided by 0.015; 0 where nothing moved.
 * https://en.wikipedia.org/wiki/Commodity_channel_index
 */
export function cci(period: number, source: Source = hlc3()): Indicator {
  checkPeriod('cci', 'period', period)
  return folded({
    key: `cci(${period},${sourceKey(source)})`,
    source,
    wait: period - 1,
    fold: () => new CciFold(period),
  })
}

class PressureRatio {
  private readonly pressure: WindowSum
  private readonly range: WindowSum

  constructor(period: number) {
    this.pressure = new WindowSum(period)
    this.range = new WindowSum(period)
  }

  push(pressure: number, range: number): number {
    this.pressure.push(pressure)
    if (!this.range.push(range)) return NaN
    return this.range.sum === 0 ? 0.5 : this.pressure.sum / this.range.sum
  }
}

class UltimateStep implements Step {
  private readonly short: PressureRatio
  private readonly middle: PressureRatio
  private readonly long: PressureRatio

  constructor(short: number, middle: number, long: number) {
    this.short = new PressureRatio(short)
    this.middle = new PressureRatio(middle)
    this.long = new PressureRatio(long)
  }

  next(candles: Candles, i: number): number {
    if (i === 0) return NaN
    const before = candles.close[i - 1]!
    const low = candles.low[i]!
    const pressure = candles.close[i]! - (low < before ? low : before)
    const range = trueRangeAt(candles, i)
    const short = this.short.push(pressure, range)
    const middle = this.middle.push(pressure, range)
    return (100 * (4 * short + 2 * middle + this.long.push(pressure, range))) / 7
  }
}

/**
 * Ultimate oscillator, 0 to 100: buying pressure over true range in three windows, weighted 4, 2
 * and 1; a window without any range counts as 50.
 * Williams (1976), https://en.wikipedia.org/wiki/Ultimate_oscillator
 */
export function ultimateOscillator(short = 7, middle = 14, long = 28): Indicator {
  checkPeriod('ultimateOscillator', 'short', short)
  checkPeriod('ultimateOscillator', 'middle', middle)
  checkPeriod('ultimateOscillator', 'long', long)
  checkOrder('ultimateOscillator', ['short', short], ['middle', middle])
  checkOrder('ultimateOscillator', ['middle', middle], ['long', long])
  return {
    key: `ultimateOscillator(${short},${middle},${long})`,
    warmup: long,
    start: () => new UltimateStep(short, middle, long),
  }
}

class DpoFold implements Fold {
  private readonly average: SmaFold
  private readonly past: Window

  constructor(period: number) {
    this.average = new SmaFold(period)
    this.past = new Window(Math.floor(period / 2) + 2)
  }

  push(value: number): number {
    if (value !== value) return NaN
    this.past.push(value)
    const average = this.average.push(value)
    return this.past.count < this.past.length ? NaN : this.past.at(this.past.length - 1) - average
  }
}

/**
 * Detrended price oscillator: the value `period / 2 + 1` candles ago less the simple average of
 * the last `period`, in units of the source. It looks back and is not shifted on the chart.
 * https://en.wikipedia.org/wiki/Detrended_price_oscillator
 */
export function dpo(period: number, source: Source = 'close'): Indicator {
  checkPeriod('dpo', 'period', period)
  return folded({
    key: `dpo(${period},${sourceKey(source)})`,
    source,
    wait: Math.max(period - 1, Math.floor(period / 2) + 1),
    fold: () => new DpoFold(period),
  })
}

/** Periods of Pring's short term KST: rate of change and its average, weighted 1, 2, 3 and 4. */
const KST_PERIODS = [
  [10, 10],
  [15, 10],
  [20, 10],
  [30, 15],
] as const

/**
 * Know sure thing: four smoothed rates of change with weights 1 to 4, Pring's short term periods;
 * `signal` is the simple average of it over `signal` candles.
 * https://en.wikipedia.org/wiki/KST_oscillator
 */
export function kst(
  signal = 9,
  source: Source = 'close',
): { readonly line: Indicator; readonly signal: Indicator } {
  checkPeriod('kst', 'signal', signal)
  const key = `kst(${signal},${sourceKey(source)})`
  const parts = KST_PERIODS.map(([change, smooth]) => sma(smooth, roc(change, source)))
  const [first, second, third, fourth] = parts as [Indicator, Indicator, Indicator, Indicator]
  const low = paired(`${key}.low`, [first, second], (a, b) => a + 2 * b)
  const high = paired(`${key}.high`, [third, fourth], (a, b) => 3 * a + 4 * b)
  const line = paired(`${key}.line`, [low, high], (a, b) => a + b)
  return withParts('kst', { line, signal: { ...sma(signal, line), key: `${key}.signal` } })
}
