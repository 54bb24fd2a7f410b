import type { Candles, Column } from '../../candles/candles.js'
import { EmaFold, RmaFold, SmaFold, WmaFold, type Seed } from './average-fold.js'
import { fadeLength, folded } from '../fold.js'
import { sourceKey, type Indicator, type Source, type Step } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { WindowSum } from '../sums/window-sum.js'

export type { Seed }

/** `SmaFold` on a column of the candle, which has a loop of its own. */
class SmaColumnStep implements Step {
  private readonly period: number
  private readonly column: Column
  private readonly window: WindowSum

  constructor(period: number, column: Column) {
    this.period = period
    this.column = column
    this.window = new WindowSum(period)
  }

  next(candles: Candles, i: number): number {
    return this.window.push(candles[this.column][i]!) ? this.window.sum / this.period : NaN
  }

  fill(candles: Candles, values: Float64Array, first: number, end: number): void {
    let i = first
    for (const full = Math.min(this.period, end); i < full; i++) values[i] = this.next(candles, i)
    this.window.slide(candles[this.column], values, i, end)
  }
}

/**
 * Simple moving average, in units of the source.
 * https://chartschool.stockcharts.com/table-of-contents/technical-indicators-and-overlays/technical-overlays/moving-averages-simple-and-exponential
 */
export function sma(period: number, source: Source = 'close'): Indicator {
  checkPeriod('sma', 'period', period)
  const key = `sma(${period},${sourceKey(source)})`
  if (typeof source === 'string') {
    return { key, warmup: period - 1, start: () => new SmaColumnStep(period, source) }
  }
  return folded({ key, source, wait: period - 1, fold: () => new SmaFold(period) })
}

/**
 * Exponential moving average with alpha `2 / (period + 1)`, in units of the source. It begins
 * with the mean of its first `period` values; with `seed: 'first'` at once, with the first value.
 * https://chartschool.stockcharts.com/table-of-contents/technical-indicators-and-overlays/technical-overlays/moving-averages-simple-and-exponential
 */
export function ema(
  period: number,
  source: Source = 'close',
  { seed = 'sma' }: { readonly seed?: Seed } = {},
): Indicator {
  checkPeriod('ema', 'period', period)
  const wait = seed === 'sma' ? period - 1 : 0
  return folded({
    key: `ema(${period},${sourceKey(source)}${seed === 'sma' ? '' : ',first'})`,
    source,
    wait,
    settle: wait + fadeLength(2 / (period + 1)),
    fold: () => new EmaFold(period, seed),
  })
}

/**
 * Wilder's moving average (also SMMA or RMA): alpha `1 / period`, seeded by the mean of the first
 * `period` values. J. Welles Wilder, New Concepts in Technical Trading Systems (1978);
 * https://www.tradingview.com/pine-script-reference/v5/#fun_ta.rma
 */
export function rma(period: number, source: Source = 'close'): Indicator {
  checkPeriod('rma', 'period', period)
  return folded({
    key: `rma(${period},${sourceKey(source)})`,
    source,
    wait: period - 1,
    settle: period - 1 + fadeLength(1 / period),
    fold: () => new RmaFold(period),
  })
}

/**
 * Linearly weighted moving average: weights 1 for the oldest to `period` for the newest.
 * https://en.wikipedia.org/wiki/Moving_average#Weighted_moving_average
 */
export function wma(period: number, source: Source = 'close'): Indicator {
  checkPeriod('wma', 'period', period)
  return folded({
    key: `wma(${period},${sourceKey(source)})`,
    source,
    wait: period - 1,
    fold: () => new WmaFold(period),
  })
}
