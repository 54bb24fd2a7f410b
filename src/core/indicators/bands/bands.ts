import type { Candles } from '../../candles/candles.js'
import { ema, sma } from '../averages/average.js'
import { SmaFold } from '../averages/average-fold.js'
import { SpreadFold } from './spread-fold.js'
import { folded, paired, type Fold } from '../fold.js'
import { referencesOf, settleAfter, sourceKey, startSource, warmupAfter } from '../indicator.js'
import type { Indicator, Source, Step } from '../indicator.js'
import { checkFactor, checkPeriod } from '../limits.js'
import { highest, lowest } from '../ranges/range.js'
import { atr } from '../ranges/true-range.js'
import { withParts } from '../parts.js'

class BandFold implements Fold {
  private readonly average: SmaFold
  private readonly deviation: SpreadFold
  private readonly factor: number

  constructor(period: number, factor: number) {
    this.average = new SmaFold(period)
    this.deviation = new SpreadFold(period, 'deviation')
    this.factor = factor
  }

  push(value: number): number {
    return this.average.push(value) + this.factor * this.deviation.push(value)
  }
}

class BandwidthStep implements Step {
  private readonly source: Step
  private readonly average: SmaFold
  private readonly deviation: SpreadFold
  private readonly factor: number

  constructor(period: number, factor: number, source: Step) {
    this.source = source
    this.average = new SmaFold(period)
    this.deviation = new SpreadFold(period, 'deviation')
    this.factor = factor
  }

  next(candles: Candles, i: number): number {
    const value = this.source.next(candles, i)
    const average = this.average.push(value)
    const deviation = this.deviation.push(value)
    return average === 0 ? 0 : (2 * this.factor * deviation) / average
  }
}

/** Place of the value between the bands, from how many deviations it is away from the mean. */
class PercentFold implements Fold {
  private readonly score: SpreadFold
  private readonly factor: number

  constructor(period: number, factor: number) {
    this.score = new SpreadFold(period, 'zscore')
    this.factor = factor
  }

  push(value: number): number {
    return 0.5 + this.score.push(value) / (2 * this.factor)
  }
}

/**
 * Bollinger bands: the simple average, and `factor` population deviations above and below it, in
 * units of the source. `width` is the distance of the bands over the middle, as a fraction (0
 * where the middle is 0); `percentB` is 0 at the lower band, 1 at the upper, 0.5 where they meet.
 * https://en.wikipedia.org/wiki/Bollinger_Bands
 */
export function bollinger(
  period = 20,
  factor = 2,
  source: Source = 'close',
): {
  readonly upper: Indicator
  readonly middle: Indicator
  readonly lower: Indicator
  readonly width: Indicator
  readonly percentB: Indicator
} {
  checkPeriod('bollinger', 'period', period)
  checkFactor('bollinger', 'factor', factor)
  const key = `bollinger(${period},${factor},${sourceKey(source)})`
  const wait = period - 1
  const band = (name: string, sign: number): Indicator =>
    folded({
      key: `${key}.${name}`,
      source,
      wait,
      fold: () => new BandFold(period, sign * factor),
    })
  return withParts('bollinger', {
    upper: band('upper', 1),
    middle: { ...sma(period, source), key: `${key}.middle` },
    lower: band('lower', -1),
    width: {
      key: `${key}.width`,
      warmup: warmupAfter(source, wait),
      settle: settleAfter(source, wait),
      references: referencesOf(source),
      start: () => new BandwidthStep(period, factor, startSource(source)),
    },
    percentB: folded({
      key: `${key}.percentB`,
      source,
      wait,
      fold: () => new PercentFold(period, factor),
    }),
  })
}

/**
 * Keltner channel: the exponential average of the source, and `factor` average true ranges above
 * and below it, in units of price.
 * https://chartschool.stockcharts.com/table-of-contents/technical-indicators-and-overlays/technical-overlays/keltner-channels
 */
export function keltner(
  period = 20,
  factor = 2,
  atrPeriod = 10,
  source: Source = 'close',
): { readonly upper: Indicator; readonly middle: Indicator; readonly lower: Indicator } {
  checkPeriod('keltner', 'period', period)
  checkPeriod('keltner', 'atrPeriod', atrPeriod)
  checkFactor('keltner', 'factor', factor)
  const key = `keltner(${period},${factor},${atrPeriod},${sourceKey(source)})`
  const middle = ema(period, source)
  const range = atr(atrPeriod)
  return withParts('keltner', {
    upper: paired(`${key}.upper`, [middle, range], (a, b) => a + factor * b),
    middle: { ...middle, key: `${key}.middle` },
    lower: paired(`${key}.lower`, [middle, range], (a, b) => a - factor * b),
  })
}

/**
 * Chandelier exit: where to leave a long (`factor` average true ranges below the highest high of
 * the last `period` candles) or a short (as much above the lowest low), in units of price.
 * https://chartschool.stockcharts.com/table-of-contents/technical-indicators-and-overlays/technical-overlays/chandelier-exit
 */
export function chandelierExit(
  period = 22,
  factor = 3,
): { readonly long: Indicator; readonly short: Indicator } {
  checkPeriod('chandelierExit', 'period', period)
  checkFactor('chandelierExit', 'factor', factor)
  const key = `chandelierExit(${period},${factor})`
  const range = atr(period)
  return withParts('chandelierExit', {
    long: paired(`${key}.long`, [highest(period), range], (a, b) => a - factor * b),
    short: paired(`${key}.short`, [lowest(period), range], (a, b) => a + factor * b),
  })
}
