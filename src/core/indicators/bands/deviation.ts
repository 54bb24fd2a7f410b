import type { Candles } from '../../candles/candles.js'
import { DAY_MS } from '../../candles/time.js'
import { folded } from '../fold.js'
import { sourceKey, type Indicator, type Source, type Step } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { logReturn } from '../price.js'
import { SpreadFold, type Spread, type SpreadOutput } from './spread-fold.js'

export type { Spread }

interface SpreadOptions {
  readonly spread?: Spread
}

function spreadOf(
  name: string,
  gives: SpreadOutput,
  period: number,
  source: Source,
  spread: Spread,
): Indicator {
  checkPeriod(name, 'period', period, spread === 'sample' ? 2 : 1)
  return folded({
    key: `${name}(${period},${sourceKey(source)}${spread === 'sample' ? ',sample' : ''})`,
    source,
    wait: period - 1,
    fold: () => new SpreadFold(period, gives, spread),
  })
}

/**
 * Variance of the last `period` values, in squared units of the source.
 * https://en.wikipedia.org/wiki/Variance
 */
export function variance(
  period: number,
  source: Source = 'close',
  { spread = 'population' }: SpreadOptions = {},
): Indicator {
  return spreadOf('variance', 'variance', period, source, spread)
}

/**
 * Standard deviation of the last `period` values, in units of the source.
 * https://en.wikipedia.org/wiki/Standard_deviation
 */
export function standardDeviation(
  period: number,
  source: Source = 'close',
  { spread = 'population' }: SpreadOptions = {},
): Indicator {
  return spreadOf('standardDeviation', 'deviation', period, source, spread)
}

/**
 * How many standard deviations the value lies above the mean of the last `period` values; 0
 * where they are all equal. https://en.wikipedia.org/wiki/Standard_score
 */
export function zscore(
  period: number,
  source: Source = 'close',
  { spread = 'population' }: SpreadOptions = {},
): Indicator {
  return spreadOf('zscore', 'zscore', period, source, spread)
}

/** These markets never close: a year of 365 days. */
const YEAR_MS = 365 * DAY_MS

class YearlyStep implements Step {
  private readonly inner: Step

  constructor(inner: Step) {
    this.inner = inner
  }

  next(candles: Candles, i: number): number {
    return this.inner.next(candles, i) * Math.sqrt(YEAR_MS / candles.timeframeMs)
  }
}

/**
 * Historical volatility: the sample deviation of log returns, scaled to a year of 365 days, as a
 * fraction: 0.6 is 60 % a year. https://en.wikipedia.org/wiki/Volatility_(finance)
 */
export function historicalVolatility(period: number, source: Source = 'close'): Indicator {
  checkPeriod('historicalVolatility', 'period', period, 2)
  const inner = standardDeviation(period, logReturn(1, source), { spread: 'sample' })
  return {
    ...inner,
    key: `historicalVolatility(${period},${sourceKey(source)})`,
    start: () => new YearlyStep(inner.start()),
  }
}
