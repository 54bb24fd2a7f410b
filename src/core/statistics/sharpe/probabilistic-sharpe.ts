import { probabilityAbove, sharpeError, sharpeFigures, sharpeInterval } from './sharpe-figures.js'
import {
  PERIODS_A_YEAR,
  reasonAgainst,
  withoutValue,
  type Interval,
  type Statistic,
} from '../statistic.js'

/** How likely it is that the true Sharpe ratio is above a benchmark. */
export interface ProbabilisticSharpe extends Statistic {
  /** Mean return by its deviation. */
  readonly sharpePerPeriod: number | null
  /** The same a year. */
  readonly sharpeAnnual: number | null
  /** The Sharpe ratio to beat, per period. */
  readonly benchmarkPerPeriod: number
  /** The same a year. */
  readonly benchmarkAnnual: number
  /** Standard error of the Sharpe ratio per period. */
  readonly sharpeErrorPerPeriod: number | null
  /** Where the true Sharpe ratio lies, a year; null where it has no value. */
  readonly sharpeIntervalAnnual: Interval | null
  /** Of the returns. */
  readonly skewness: number | null
  /** Raw: 3 for the normal. */
  readonly kurtosisRaw: number | null
  /** Probability that the interval holds. */
  readonly confidence: number
  /** Returns a year. */
  readonly periodsAYear: number
}

export interface SharpeOptions {
  /** The Sharpe ratio to beat, per period. */
  readonly benchmark?: number
  /** Probability that an interval holds, or that a track record is to reach. */
  readonly confidence?: number
  /** Periods a year, for the annual figures beside those per period. */
  readonly periods?: number
}

export const PSR_FORMULA =
  'Φ((SR − SR*) √(n − 1) / √(1 − γ3 SR + (γ4 − 1)/4 SR²)), SR and SR* per period, γ4 raw kurtosis'

/** What is known of returns without a Sharpe ratio. */
const UNKNOWN = {
  sharpePerPeriod: null,
  sharpeAnnual: null,
  sharpeErrorPerPeriod: null,
  sharpeIntervalAnnual: null,
  skewness: null,
  kurtosisRaw: null,
} as const

const NO_SPREAD = 'the returns take two values only, for which the formula has no spread'

/** The probabilistic Sharpe ratio; the interval is that of the Sharpe ratio per period. */
export function probabilisticSharpe(
  returns: Float64Array,
  options: SharpeOptions = {},
): ProbabilisticSharpe {
  const { benchmark = 0, confidence = 0.95, periods = PERIODS_A_YEAR } = options
  const root = Math.sqrt(periods)
  const head = { unit: 'probability', n: returns.length, formula: PSR_FORMULA } as const
  const given = {
    benchmarkPerPeriod: benchmark,
    benchmarkAnnual: benchmark * root,
    confidence,
    periodsAYear: periods,
  }
  const reason = reasonAgainst(returns)
  if (reason !== undefined) return { ...head, ...withoutValue(reason), ...UNKNOWN, ...given }
  const figures = sharpeFigures(returns)
  const value = probabilityAbove(figures, benchmark)
  const interval = sharpeInterval(figures, confidence)
  return {
    ...head,
    ...(value === null
      ? withoutValue(NO_SPREAD)
      : { value, interval, intervalOf: 'sharpe_per_period' }),
    sharpePerPeriod: figures.sharpe,
    sharpeAnnual: figures.sharpe * root,
    sharpeErrorPerPeriod: sharpeError(figures),
    sharpeIntervalAnnual: interval && [interval[0] * root, interval[1] * root],
    skewness: figures.skewness,
    kurtosisRaw: figures.kurtosis,
    ...given,
  }
}
