import type { Picked } from './cross-validation-picks.js'
import { quantileOfSorted } from '../samples/moments.js'
import type { PurgedCombinations } from './purged-combinations.js'
import { metricsOfReturns, type ReturnMetrics } from '../samples/segment-moments.js'

/** Quantiles over paths. */
export interface Spread {
  /** A twentieth of the paths lies below. */
  readonly p5: number
  /** Half of the paths lies below. */
  readonly median: number
  /** A twentieth of the paths lies above. */
  readonly p95: number
}

/** One whole history out of sample: every group once, by what its combination picked. */
export interface PathFigures {
  /** Annual; null for a path that never held anything. */
  readonly sharpeAnnual: number | null
  /** Growth over the whole history, fraction. */
  readonly totalReturn: number | null
  /** Growth a year, fraction. */
  readonly cagr: number | null
  /** Largest fall from a peak, fraction. */
  readonly maxDrawdown: number | null
  /** Of each group, the combination that its test is taken from, from 0. */
  readonly combinations: readonly number[]
}

/** Shares of all paths. Those against the benchmark are null where none was given. */
export interface PathShares {
  /** Paths whose Sharpe ratio is below 0. */
  readonly shareSharpeBelowZero: number
  /** Paths that have lost. */
  readonly shareReturnBelowZero: number
  /** Paths whose Sharpe ratio is below that of the benchmark. */
  readonly shareSharpeBelowBenchmark: number | null
  /** Paths whose return is below that of the benchmark. */
  readonly shareReturnBelowBenchmark: number | null
}

export interface PathOptions {
  /** Returns a year. */
  readonly periods: number
  /** What paths are compared with; null for nothing. */
  readonly benchmark: ReturnMetrics | null
}

export interface Paths {
  /** How many paths are bad. */
  readonly shares: PathShares
  /** Where the figures of the paths lie; null where none has one. */
  readonly spreads: Readonly<
    Record<'sharpeAnnual' | 'totalReturn' | 'cagr' | 'maxDrawdown', Spread | null>
  >
  /** Each path. */
  readonly pathList: readonly PathFigures[]
}

/** Joins the tests to paths and measures each of them. */
export function pathsOf(
  columns: readonly Float64Array[],
  purged: PurgedCombinations,
  picked: readonly (Picked | null)[],
  { periods, benchmark }: PathOptions,
): Paths {
  const joined = new Float64Array(columns[0]!.length)
  const pathList = purged.paths.map((combinations): PathFigures => {
    combinations.forEach((combination, group) => {
      const { from, to } = purged.groups[group]!
      const pick = picked[combination]!
      if (pick === null) joined.fill(0, from, to)
      else joined.set(columns[pick.trial]!.subarray(from, to), from)
    })
    const { sharpe, totalReturn, cagr, maxDrawdown } = metricsOfReturns(joined, periods)
    return { sharpeAnnual: sharpe, totalReturn, cagr, maxDrawdown, combinations }
  })
  const spread = (name: keyof Paths['spreads']): Spread | null =>
    spreadOf(pathList.map(path => path[name]))
  return {
    shares: sharesOf(pathList, benchmark),
    spreads: {
      sharpeAnnual: spread('sharpeAnnual'),
      totalReturn: spread('totalReturn'),
      cagr: spread('cagr'),
      maxDrawdown: spread('maxDrawdown'),
    },
    pathList,
  }
}

function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = Float64Array.from(values.filter(value => value !== null)).sort((a, b) => a - b)
  if (sorted.length === 0) return null
  const [p5, median, p95] = [0.05, 0.5, 0.95].map(p => quantileOfSorted(sorted, p))
  return { p5: p5!, median: median!, p95: p95! }
}

/** A path that never held anything has a Sharpe ratio of 0 here. */
function sharesOf(paths: readonly PathFigures[], benchmark: ReturnMetrics | null): PathShares {
  const below = (name: 'sharpeAnnual' | 'totalReturn', limit: number): number =>
    paths.filter(path => (path[name] ?? 0) < limit).length / paths.length
  return {
    shareSharpeBelowZero: below('sharpeAnnual', 0),
    shareReturnBelowZero: below('totalReturn', 0),
    shareSharpeBelowBenchmark: benchmark && below('sharpeAnnual', benchmark.sharpe ?? 0),
    shareReturnBelowBenchmark: benchmark && below('totalReturn', benchmark.totalReturn ?? 0),
  }
}
