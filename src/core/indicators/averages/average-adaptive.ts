import type { Candles } from '../../candles/candles.js'
import { fadeLength, folded, type Fold } from '../fold.js'
import {
  referencesOf,
  settleAfter,
  sourceKey,
  startSource,
  warmupAfter,
  type Indicator,
  type Source,
  type Step,
} from '../indicator.js'
import { checkFactor, checkOrder, checkPeriod } from '../limits.js'
import { Window } from '../window.js'
import { WindowSum } from '../sums/window-sum.js'

class KamaFold implements Fold {
  private readonly past: Window
  private readonly path: WindowSum
  private readonly fast: number
  private readonly slow: number
  private previous = NaN
  private value = NaN

  constructor(period: number, fast: number, slow: number) {
    this.past = new Window(period + 1)
    this.path = new WindowSum(period)
    this.fast = 2 / (fast + 1)
    this.slow = 2 / (slow + 1)
  }

  push(value: number): number {
    if (value !== value) return NaN
    if (this.past.count > 0) this.path.push(Math.abs(value - this.previous))
    const before = this.previous
    this.previous = value
    if (!this.past.push(value)) return NaN
    if (this.value !== this.value) this.value = before
    const efficiency =
      this.path.sum === 0 ? 0 : Math.abs(value - this.past.at(this.past.length - 1)) / this.path.sum
    const root = efficiency * (this.fast - this.slow) + this.slow
    this.value += root * root * (value - this.value)
    return this.value
  }
}

/**
 * Kaufman's adaptive moving average: fast where the price goes straight, slow where it wavers.
 * It begins at the value before its first full window. Flat prices have an efficiency of 0.
 * https://chartschool.stockcharts.com/table-of-contents/technical-indicators-and-overlays/technical-overlays/kaufmans-adaptive-moving-average-kama
 */
export function kama(period: number, fast = 2, slow = 30, source: Source = 'close'): Indicator {
  checkPeriod('kama', 'period', period)
  checkPeriod('kama', 'fast', fast)
  checkPeriod('kama', 'slow', slow)
  checkOrder('kama', ['fast', fast], ['slow', slow])
  return folded({
    key: `kama(${period},${fast},${slow},${sourceKey(source)})`,
    source,
    wait: period,
    settle: period + fadeLength((2 / (slow + 1)) ** 2),
    fold: () => new KamaFold(period, fast, slow),
  })
}

class VwmaStep implements Step {
  private readonly source: Step
  private readonly spent: WindowSum
  private readonly volume: WindowSum
  private readonly plain: WindowSum
  private readonly period: number

  constructor(period: number, source: Step) {
    this.period = period
    this.source = source
    this.spent = new WindowSum(period)
    this.volume = new WindowSum(period)
    this.plain = new WindowSum(period)
  }

  next(candles: Candles, i: number): number {
    const value = this.source.next(candles, i)
    if (value !== value) return NaN
    const volume = candles.volume[i]!
    this.spent.push(value * volume)
    this.volume.push(volume)
    if (!this.plain.push(value)) return NaN
    return this.volume.sum === 0 ? this.plain.sum / this.period : this.spent.sum / this.volume.sum
  }
}

/**
 * Volume weighted moving average of a source; the simple average where nothing was traded.
 * https://www.tradingview.com/pine-script-reference/v5/#fun_ta.vwma
 */
export function vwma(period: number, source: Source = 'close'): Indicator {
  checkPeriod('vwma', 'period', period)
  return {
    key: `vwma(${period},${sourceKey(source)})`,
    warmup: warmupAfter(source, period - 1),
    settle: settleAfter(source, period - 1),
    references: referencesOf(source),
    start: () => new VwmaStep(period, startSource(source)),
  }
}

class AlmaFold implements Fold {
  private readonly past: Window
  private readonly weights: Float64Array

  constructor(period: number, offset: number, sigma: number) {
    this.past = new Window(period)
    const weights = Array.from({ length: period }, (_, ago) => {
      const distance = period - 1 - ago - offset * (period - 1)
      return Math.exp((-distance * distance * sigma * sigma) / (2 * period * period))
    })
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    this.weights = Float64Array.from(weights, weight => weight / total)
  }

  push(value: number): number {
    if (value !== value || !this.past.push(value)) return NaN
    let sum = 0
    for (let ago = 0; ago < this.past.length; ago++) sum += this.weights[ago]! * this.past.at(ago)
    return sum
  }
}

/**
 * Arnaud Legoux moving average: weights on a bell curve whose middle stands at `offset` of the
 * window (1 is the newest) and whose width is `period / sigma`.
 * https://www.tradingview.com/pine-script-reference/v5/#fun_ta.alma
 */
export function alma(
  period: number,
  offset = 0.85,
  sigma = 6,
  source: Source = 'close',
): Indicator {
  checkPeriod('alma', 'period', period)
  checkFactor('alma', 'offset', offset)
  checkFactor('alma', 'sigma', sigma)
  return folded({
    key: `alma(${period},${offset},${sigma},${sourceKey(source)})`,
    source,
    wait: period - 1,
    fold: () => new AlmaFold(period, offset, sigma),
  })
}
