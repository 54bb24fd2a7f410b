import {
  pathsOf,
  type PathFigures,
  type PathShares,
  type Spread,
} from './cross-validation-paths.js'
import { pickEach, type Picked, type ReturnScore } from './cross-validation-picks.js'
import {
  combinationCount,
  problemOfPlan,
  purgedCombinations,
  type Combination,
  type DayRange,
  type PurgedPlan,
} from './purged-combinations.js'
import { metricsOfReturns, type ReturnMetrics } from '../samples/segment-moments.js'
import { PERIODS_A_YEAR, withoutValue, type Statistic, type Trial } from '../statistic.js'
import { lineThrough } from '../samples/straight-line.js'
import { rateTrials } from '../sharpe/trials.js'

/** What picking the best trial in training has given out of sample, over many paths. */
export interface CrossValidation extends Statistic {
  /** How the days were cut. */
  readonly plan: PurgedPlan
  /** Choices of test groups. */
  readonly combinations: number
  /** Whole histories out of sample. */
  readonly paths: number
  /** Trials that were compared. */
  readonly trials: number
  /** Trials whose returns never differ. */
  readonly trialsWithoutSharpe: number
  /** Returns a year. */
  readonly periodsAYear: number
  /** What else the paths show; null where there is no value. */
  readonly details: CrossValidationDetails | null
}

export interface CrossValidationDetails extends PathShares {
  /** Annual Sharpe ratios of the paths. */
  readonly sharpeAnnual: Spread | null
  /** Growth of the paths over the whole history, fraction. */
  readonly totalReturn: Spread | null
  /** Growth of the paths a year, fraction. */
  readonly cagr: Spread | null
  /** Largest falls of the paths from a peak, fraction. */
  readonly maxDrawdown: Spread | null
  /** The same of the benchmark; null where none was given. */
  readonly benchmark: ReturnMetrics | null
  /** How often the pick is not above the middle of all trials out of sample; null where none was picked. */
  readonly belowMedianProbability: number | null
  /** Slope of the line of the pick's score out of sample over that in sample. */
  readonly degradationSlope: number | null
  /** Where that line begins. */
  readonly degradationIntercept: number | null
  /** Share of the variance that it explains. */
  readonly degradationR2: number | null
  /** Combinations in which no trial had a score; their tests are days without a position. */
  readonly withoutPick: number
  /** The trials that were picked, the most frequent first. */
  readonly picks: readonly PickCount[]
  /** The days of each group. */
  readonly groupList: readonly DayRange[]
  /** Each combination, and what was picked in it. */
  readonly combinationList: readonly CombinationResult[]
  /** Each path. */
  readonly pathList: readonly PathFigures[]
}

export interface PickCount {
  /** Name of the trial. */
  readonly name: string
  /** Combinations that picked it. */
  readonly combinations: number
  /** Share of all combinations. */
  readonly share: number
}

/** A combination with the name of its pick. */
export interface CombinationResult extends Combination {
  /** Name of the pick; null where no trial had a score. */
  readonly name: string | null
  /** The pick; null where no trial had a score. */
  readonly picked: Picked | null
}

export interface CrossValidationOptions {
  /** How to cut the days. */
  readonly plan?: Partial<PurgedPlan>
  /** What trials are picked by [the Sharpe ratio]. */
  readonly score?: ReturnScore
  /** Returns a year. */
  readonly periods?: number
  /** Returns of what paths are compared with. */
  readonly benchmark?: Float64Array
}

export const PLAN_DEFAULT: PurgedPlan = { groups: 10, testGroups: 2, purge: 2, embargo: 1 }

const FORMULA =
  'median Sharpe per period of the C(N, k) k / N paths that the tests of all choices of k of N groups make, each test of the trial that is best on the other groups less purge and embargo; from the 5 % to the 95 % quantile of the paths'

/**
 * Combinatorial purged cross-validation of picking the best of trials: López de Prado, Advances in
 * Financial Machine Learning (2018), chapter 12. Returns are fractions a period, trials as long as
 * each other. A trial is a rule with fixed parameters, so its returns are the same whichever days are
 * tested; what is fitted, and tested, is the choice among them.
 */
export function crossValidation(
  trials: readonly Trial[],
  options: CrossValidationOptions = {},
): CrossValidation {
  const { score = metrics => metrics.sharpe, periods = PERIODS_A_YEAR } = options
  const plan = { ...PLAN_DEFAULT, ...options.plan }
  const { rated, withoutSharpe, count } = rateTrials(trials)
  const combinations = combinationCount(plan.groups, plan.testGroups)
  const head = {
    unit: 'Sharpe ratio per period',
    n: count,
    formula: FORMULA,
    plan,
    combinations,
    paths: Math.round((combinations * plan.testGroups) / plan.groups),
    trials: rated.length,
    trialsWithoutSharpe: withoutSharpe,
    periodsAYear: periods,
  }
  const reason =
    problemOfPlan(count, plan)?.reason ??
    (rated.length < 2
      ? `${rated.length} trials with a deviation are too few to choose from, at least 2 are needed`
      : undefined)
  if (reason !== undefined) return { ...head, ...withoutValue(reason), details: null }
  const details = detailsOf(rated, plan, { ...options, score, periods })
  const spread = details.sharpeAnnual
  if (spread === null) {
    const none =
      details.picks.length === 0
        ? 'no trial has a score in training, so nothing is tested'
        : 'no path has a Sharpe ratio, for what was picked held nothing out of sample'
    return { ...head, ...withoutValue(none), details }
  }
  const root = Math.sqrt(periods)
  return {
    ...head,
    value: spread.median / root,
    interval: [spread.p5 / root, spread.p95 / root],
    intervalOf: 'sharpe_per_period_of_paths',
    details,
  }
}

function detailsOf(
  trials: readonly Trial[],
  plan: PurgedPlan,
  options: CrossValidationOptions & { readonly score: ReturnScore; readonly periods: number },
): CrossValidationDetails {
  const { periods, benchmark } = options
  const columns = trials.map(({ returns }) => returns)
  const purged = purgedCombinations(columns[0]!.length, plan)
  const picked = pickEach(columns, purged, options)
  const compared = benchmark === undefined ? null : metricsOfReturns(benchmark, periods)
  const { shares, spreads, pathList } = pathsOf(columns, purged, picked, {
    periods,
    benchmark: compared,
  })
  const known = picked.filter(one => one !== null)
  const line = lineOf(known)
  return {
    ...spreads,
    ...shares,
    benchmark: compared,
    belowMedianProbability:
      known.length === 0 ? null : known.filter(({ rank }) => rank <= 1 / 2).length / known.length,
    degradationSlope: line?.slope ?? null,
    degradationIntercept: line?.intercept ?? null,
    degradationR2: line?.r2 ?? null,
    withoutPick: picked.length - known.length,
    picks: countsOf(trials, picked),
    groupList: purged.groups,
    combinationList: purged.combinations.map((combination, k) => ({
      ...combination,
      name: picked[k] ? trials[picked[k].trial]!.name : null,
      picked: picked[k]!,
    })),
    pathList,
  }
}

function lineOf(picked: readonly Picked[]): ReturnType<typeof lineThrough> {
  const both = picked.filter(({ scoreOutOfSample }) => scoreOutOfSample !== null)
  if (both.length < 2) return null
  return lineThrough(
    Float64Array.from(both, one => one.scoreInSample),
    Float64Array.from(both, one => one.scoreOutOfSample!),
  )
}

function countsOf(
  trials: readonly Trial[],
  picked: readonly (Picked | null)[],
): readonly PickCount[] {
  const counts = new Map<number, number>()
  for (const one of picked) if (one) counts.set(one.trial, (counts.get(one.trial) ?? 0) + 1)
  return [...counts]
    .sort(([trial, count], [other, more]) => more - count || trial - other)
    .map(([trial, combinations]) => ({
      name: trials[trial]!.name,
      combinations,
      share: combinations / picked.length,
    }))
}
