import { adjustPValues } from './multiple-testing.js'
import { PERIODS_A_YEAR, withoutValue, type Statistic, type Trial } from '../statistic.js'
import { studentTwoTail, studentTwoTailInverse } from '../distributions/student-distribution.js'
import { rateTrials, reasonWithoutTrial, selectTrial, type RatedTrial } from './trials.js'

/** A Sharpe ratio after one way to adjust for the number of tests. */
export interface Haircut {
  /** After the adjustment. */
  readonly pValue: number
  /** What is left, per period. */
  readonly sharpePerPeriod: number
  /** What is left, a year. */
  readonly sharpeAnnual: number
  /** Share of the Sharpe ratio that is cut off, from 0 to 1. */
  readonly haircut: number
}

/** What is left of a Sharpe ratio when the number of tests is counted. */
export interface HaircutSharpe extends Statistic {
  /** The trial that is judged; null where none has a Sharpe ratio. */
  readonly selected: string | null
  /** Mean return by its deviation, before any adjustment. */
  readonly sharpePerPeriod: number | null
  /** The same a year. */
  readonly sharpeAnnual: number | null
  /** `SR √n`, for one test. */
  readonly tRatio: number | null
  /** Two-sided p-value of that with n - 1 degrees of freedom. */
  readonly pValue: number | null
  /** What is left by Bonferroni. */
  readonly bonferroni: Haircut | null
  /** What is left by Holm. */
  readonly holm: Haircut | null
  /** What is left by Benjamini, Hochberg and Yekutieli. */
  readonly bhy: Haircut | null
  /** Tests that were made. */
  readonly trials: number
  /** Tests whose p-values are not known and count as 1. */
  readonly trialsUnknown: number
  /** Trials whose returns never differ. */
  readonly trialsWithoutSharpe: number
  /** Returns a year. */
  readonly periodsAYear: number
}

export interface HaircutOptions {
  /** Name of the trial to judge; the best otherwise. */
  readonly selected?: string | undefined
  /** Number of tests, where more were made than there are columns. */
  readonly trials?: number | undefined
  /** Returns a year. */
  readonly periods?: number
}

const FORMULA =
  't = SR √n; p of |t| with n − 1 degrees of freedom; p adjusted for M tests by BHY: min over k ≥ i of M (1 + 1/2 + … + 1/M) / k × p(k); SR = t(p adjusted) / √n'

/**
 * The haircut Sharpe ratio per period of Harvey and Liu (2015), by BHY, which they prefer;
 * Bonferroni and Holm beside it. The p-values are those of the trials, not simulated, and the returns
 * are taken as independent in time. https://ssrn.com/abstract=2345489
 */
export function haircutSharpe(
  trials: readonly Trial[],
  options: HaircutOptions = {},
): HaircutSharpe {
  const { periods = PERIODS_A_YEAR } = options
  const all = rateTrials(trials)
  const chosen = selectTrial(all, options.selected)
  const tests = Math.max(options.trials ?? trials.length, all.rated.length)
  const cuts = chosen === undefined ? null : haircutsOf(chosen, all.rated, { tests, periods })
  const sharpe = chosen?.figures.sharpe ?? null
  const reason =
    cuts === null
      ? reasonWithoutTrial(all, options.selected)
      : 'the Sharpe ratio is not above zero, so there is nothing to cut'
  const isCut = cuts !== null && sharpe! > 0
  return {
    ...(isCut
      ? { value: cuts.bhy.sharpePerPeriod, interval: null, intervalOf: null }
      : withoutValue(reason)),
    unit: 'sharpe_per_period',
    n: all.count,
    formula: FORMULA,
    selected: chosen?.name ?? null,
    sharpePerPeriod: sharpe,
    sharpeAnnual: sharpe === null ? null : sharpe * Math.sqrt(periods),
    tRatio: sharpe === null ? null : sharpe * Math.sqrt(all.count),
    pValue: chosen === undefined ? null : pValueOf(chosen),
    bonferroni: isCut ? cuts.bonferroni : null,
    holm: isCut ? cuts.holm : null,
    bhy: isCut ? cuts.bhy : null,
    trials: tests,
    trialsUnknown: tests - all.rated.length,
    trialsWithoutSharpe: all.withoutSharpe,
    periodsAYear: periods,
  }
}

function pValueOf({ figures: { sharpe, count } }: RatedTrial): number {
  return studentTwoTail(sharpe * Math.sqrt(count), count - 1)
}

function haircutsOf(
  chosen: RatedTrial,
  rated: readonly RatedTrial[],
  { tests, periods }: { tests: number; periods: number },
): Record<'bonferroni' | 'holm' | 'bhy', Haircut> {
  const adjusted = adjustPValues(rated.map(pValueOf), tests)
  const place = rated.indexOf(chosen)
  const { count, sharpe } = chosen.figures
  const cut = (pValues: Float64Array): Haircut =>
    haircutAt(pValues[place]!, { count, sharpe, periods })
  return {
    bonferroni: cut(adjusted.bonferroni),
    holm: cut(adjusted.holm),
    bhy: cut(adjusted.bhy),
  }
}

/** The Sharpe ratio that one test alone would give this p-value. */
export function haircutAt(
  pValue: number,
  { count, sharpe, periods }: { count: number; sharpe: number; periods: number },
): Haircut {
  // A p-value too small for a double leaves the Sharpe ratio as it was.
  const t = pValue > 0 ? studentTwoTailInverse(pValue, count - 1) : Infinity
  const left = Math.min(Math.abs(sharpe), t / Math.sqrt(count))
  return {
    pValue,
    sharpePerPeriod: left,
    sharpeAnnual: left * Math.sqrt(periods),
    haircut: 1 - left / Math.abs(sharpe),
  }
}
