import { effectiveTrials, type EffectiveTrials } from './effective-trials.js'
import { EXPECTED_MAXIMUM_FORMULA, expectedMaximum } from './expected-maximum.js'
import { probabilityAbove, sharpeInterval, type SharpeFigures } from './sharpe-figures.js'
import { PERIODS_A_YEAR, withoutValue, type Statistic, type Trial } from '../statistic.js'
import { rateTrials, reasonWithoutTrial, selectTrial, varianceOfSharpes } from './trials.js'

/** How likely it is that the selected trial is better than the best of so many worthless ones. */
export interface DeflatedSharpe extends Statistic {
  /** The trial that is judged; null where none has a Sharpe ratio. */
  readonly selected: string | null
  /** Mean return by its deviation. */
  readonly sharpePerPeriod: number | null
  /** The same a year. */
  readonly sharpeAnnual: number | null
  /** Of its returns. */
  readonly skewness: number | null
  /** Of its returns, raw: 3 for the normal. */
  readonly kurtosisRaw: number | null
  /** The number of trials that `value` counts with. */
  readonly trials: number
  /** `given` by the caller, from `clusters` of the columns, or `all` columns where those are too many. */
  readonly trialsFrom: 'given' | 'clusters' | 'all'
  /** All trials, as if none was like another. */
  readonly trialsRaw: number
  /** What `value` is with as many. */
  readonly valueWithTrialsRaw: number | null
  /** Clusters of trials that are alike; null where they are too many to tell. */
  readonly trialsEffective: number | null
  /** Independent trials by the average correlation. */
  readonly trialsByAverageCorrelation: number | null
  /** Of the trials' returns. */
  readonly averageCorrelation: number | null
  /** How well the clusters are apart, from -1 to 1. */
  readonly silhouette: number | null
  /** Trials whose returns never differ, left out. */
  readonly trialsWithoutSharpe: number
  /** Of the trials' Sharpe ratios per period. */
  readonly sharpeVariancePerPeriod: number | null
  /** Sharpe ratio that the best of the trials is expected to reach by chance. */
  readonly thresholdPerPeriod: number | null
  /** The same a year. */
  readonly thresholdAnnual: number | null
  /** Probability that the interval holds. */
  readonly confidence: number
  /** Returns a year. */
  readonly periodsAYear: number
}

export interface DeflationOptions {
  /** Name of the trial to judge; the best otherwise. */
  readonly selected?: string | undefined
  /** Number of independent trials, where more were made than there are columns. */
  readonly trials?: number | undefined
  /** Variance of the trials' Sharpe ratios per period, where the columns do not show it. */
  readonly sharpeVariance?: number | undefined
  /** Probability that the interval holds. */
  readonly confidence?: number
  /** Returns a year. */
  readonly periods?: number
}

const FORMULA = `PSR with SR* = √V × (${EXPECTED_MAXIMUM_FORMULA}), V the variance of the trials' SR per period, N independent trials, γ = 0.5772…`

/** The Sharpe ratio per period that the best of `trials` worthless ones is expected to reach. */
export function chanceSharpe(trials: number, sharpeVariance: number): number {
  return Math.sqrt(sharpeVariance) * expectedMaximum(trials)
}

/**
 * The deflated Sharpe ratio of the best trial, or of the one selected; the interval is that of its
 * Sharpe ratio per period. Bailey and López de Prado (2014). https://ssrn.com/abstract=2460551
 */
export function deflatedSharpe(
  trials: readonly Trial[],
  options: DeflationOptions = {},
): DeflatedSharpe {
  const { confidence = 0.95, periods = PERIODS_A_YEAR } = options
  const all = rateTrials(trials)
  const chosen = selectTrial(all, options.selected)
  const variance = options.sharpeVariance ?? varianceOfSharpes(all.rated)
  const counts = countTrials(
    all.rated.map(({ returns }) => returns),
    { all: trials.length, given: options.trials },
  )
  const figures = chosen?.figures
  const isAlone = trials.length === 1 && options.trials === undefined && variance === null
  const judge = (count: number): number | null =>
    figures === undefined || isAlone ? null : judged(figures, count, variance)
  const value = judge(counts.trials)
  const threshold = thresholdOf(counts.trials, variance)
  const reason =
    figures === undefined
      ? reasonWithoutTrial(all, options.selected)
      : isAlone
        ? 'one column does not say how many trials there were: give their number (1 if it is the only one)'
        : reasonOf(counts.trials, variance)
  const root = Math.sqrt(periods)
  return {
    ...(value === null || figures === undefined
      ? withoutValue(reason)
      : {
          value,
          interval: sharpeInterval(figures, confidence),
          intervalOf: 'sharpe_per_period',
        }),
    unit: 'probability',
    n: all.count,
    formula: FORMULA,
    selected: chosen?.name ?? null,
    sharpePerPeriod: figures?.sharpe ?? null,
    sharpeAnnual: figures === undefined ? null : figures.sharpe * root,
    skewness: figures?.skewness ?? null,
    kurtosisRaw: figures?.kurtosis ?? null,
    ...counts,
    valueWithTrialsRaw: judge(counts.trialsRaw),
    trialsWithoutSharpe: all.withoutSharpe,
    sharpeVariancePerPeriod: variance,
    thresholdPerPeriod: threshold,
    thresholdAnnual: threshold === null ? null : threshold * root,
    confidence,
    periodsAYear: periods,
  }
}

type TrialCounts = Pick<
  DeflatedSharpe,
  | 'trials'
  | 'trialsFrom'
  | 'trialsRaw'
  | 'trialsEffective'
  | 'trialsByAverageCorrelation'
  | 'averageCorrelation'
  | 'silhouette'
>

function countTrials(
  columns: readonly Float64Array[],
  { all, given }: { all: number; given: number | undefined },
): TrialCounts {
  const found: EffectiveTrials | null = columns.length === 0 ? null : effectiveTrials(columns)
  const clusters = found?.clusters ?? null
  return {
    trials: given ?? clusters ?? all,
    trialsFrom: given !== undefined ? 'given' : clusters !== null ? 'clusters' : 'all',
    trialsRaw: given ?? all,
    trialsEffective: clusters,
    trialsByAverageCorrelation: found?.byAverageCorrelation ?? null,
    averageCorrelation: found?.averageCorrelation ?? null,
    silhouette: found?.silhouette ?? null,
  }
}

/** Null where the variance is not known, except for one trial, which has no luck of several. */
function thresholdOf(trials: number, variance: number | null): number | null {
  if (trials <= 1) return 0
  return variance === null ? null : chanceSharpe(trials, variance)
}

function judged(figures: SharpeFigures, trials: number, variance: number | null): number | null {
  const threshold = thresholdOf(trials, variance)
  return threshold === null ? null : probabilityAbove(figures, threshold)
}

function reasonOf(trials: number, variance: number | null): string {
  return thresholdOf(trials, variance) === null
    ? 'the variance of the Sharpe ratios is not known: it needs two trials at least, or to be given'
    : 'the returns take two values only, for which the formula has no spread'
}
