import { normalQuantile } from '../distributions/normal-distribution.js'
import { probabilisticSharpe, type SharpeOptions } from './probabilistic-sharpe.js'
import { sharpeFigures, sharpeSpread, type SharpeFigures } from './sharpe-figures.js'
import { PERIODS_A_YEAR, withoutValue, type Statistic } from '../statistic.js'

/** How many returns a Sharpe ratio must stand on. */
export interface TrackRecordLength extends Statistic {
  /** The same in years. */
  readonly years: number | null
  /** Whether there are as many returns as needed. */
  readonly isLongEnough: boolean | null
  /** Mean return by its deviation. */
  readonly sharpePerPeriod: number | null
  /** The same a year. */
  readonly sharpeAnnual: number | null
  /** The Sharpe ratio to beat, per period. */
  readonly benchmarkPerPeriod: number
  /** The same a year. */
  readonly benchmarkAnnual: number
  /** Of the returns. */
  readonly skewness: number | null
  /** Of the returns, raw: 3 for the normal. */
  readonly kurtosisRaw: number | null
  /** Probability with which the Sharpe ratio is to be above the benchmark. */
  readonly confidence: number
  /** Returns a year. */
  readonly periodsAYear: number
}

const FORMULA =
  '1 + (1 − γ3 SR + (γ4 − 1)/4 SR²) (z / (SR − SR*))², z = Φ⁻¹(confidence), SR and SR* per period, γ4 raw kurtosis'

/**
 * Returns needed before the probabilistic Sharpe ratio reaches `confidence`; null where the Sharpe
 * ratio is not above the benchmark. Bailey and López de Prado (2012). https://ssrn.com/abstract=1821643
 */
export function returnsNeeded(
  figures: SharpeFigures,
  { benchmark, confidence }: { benchmark: number; confidence: number },
): number | null {
  const spread = sharpeSpread(figures)
  if (spread === null || figures.sharpe <= benchmark) return null
  const z = Math.max(0, normalQuantile(confidence))
  return 1 + spread * Math.pow(z / (figures.sharpe - benchmark), 2)
}

/** The minimum track record length, in periods. */
export function trackRecordLength(
  returns: Float64Array,
  options: SharpeOptions = {},
): TrackRecordLength {
  const { benchmark = 0, confidence = 0.95, periods = PERIODS_A_YEAR } = options
  const known = probabilisticSharpe(returns, options)
  const needed =
    known.value === null ? null : returnsNeeded(sharpeFigures(returns), { benchmark, confidence })
  const reason =
    known.reason ??
    'the Sharpe ratio is not above the benchmark, so no number of returns would show that it is'
  return {
    ...(needed === null
      ? withoutValue(reason)
      : { value: needed, interval: null, intervalOf: null }),
    unit: 'periods',
    n: returns.length,
    formula: FORMULA,
    years: needed === null ? null : needed / periods,
    isLongEnough: needed === null ? null : returns.length >= needed,
    sharpePerPeriod: known.sharpePerPeriod,
    sharpeAnnual: known.sharpeAnnual,
    benchmarkPerPeriod: benchmark,
    benchmarkAnnual: known.benchmarkAnnual,
    skewness: known.skewness,
    kurtosisRaw: known.kurtosisRaw,
    confidence,
    periodsAYear: periods,
  }
}
