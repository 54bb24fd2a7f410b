import { momentsOf } from '../samples/moments.js'
import { normalCdf, normalQuantile } from '../distributions/normal-distribution.js'
import type { Interval } from '../statistic.js'

/** What the papers on the Sharpe ratio compute with. All are per period, nothing is annual. */
export interface SharpeFigures {
  /** Returns. */
  readonly count: number
  /** Mean by deviation (n - 1), per period, risk-free rate 0. */
  readonly sharpe: number
  /** Of the returns. */
  readonly skewness: number
  /** Raw: 3 for the normal. */
  readonly kurtosis: number
}

/** The Sharpe ratio per period of returns that differ, and what bounds it. */
export function sharpeFigures(returns: Float64Array): SharpeFigures {
  const { count, mean, deviation, skewness, kurtosis } = momentsOf(returns)
  return { count, sharpe: mean / deviation, skewness, kurtosis }
}

/** A spread below this is that of returns with two values only, which the formula cannot judge. */
const NO_SPREAD = 1e-12

/**
 * `1 - g3 SR + (g4 - 1) / 4 SR²`: the variance of an estimated Sharpe ratio times n. Null where it
 * vanishes, as it can for returns with two values. Mertens (2002), Lo (2002); with the raw kurtosis
 * g4. https://doi.org/10.2469/faj.v58.n4.2453
 */
export function sharpeSpread({ sharpe, skewness, kurtosis }: SharpeFigures): number | null {
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe
  return spread > NO_SPREAD ? spread : null
}

/** The standard error of the Sharpe ratio per period: `√(spread / (n - 1))`. */
export function sharpeError(figures: SharpeFigures): number | null {
  const spread = sharpeSpread(figures)
  return spread === null ? null : Math.sqrt(spread / (figures.count - 1))
}

/** The interval of the true Sharpe ratio per period, by its normal approximation. */
export function sharpeInterval(figures: SharpeFigures, confidence: number): Interval | null {
  const error = sharpeError(figures)
  if (error === null) return null
  const reach = normalQuantile((1 + confidence) / 2) * error
  return [figures.sharpe - reach, figures.sharpe + reach]
}

/**
 * Probability that the true Sharpe ratio is above `benchmark`, both per period: the probabilistic
 * Sharpe ratio of Bailey and López de Prado (2012). https://ssrn.com/abstract=1821643
 */
export function probabilityAbove(figures: SharpeFigures, benchmark: number): number | null {
  const error = sharpeError(figures)
  return error === null ? null : normalCdf((figures.sharpe - benchmark) / error)
}
