import type { PurgedCombinations } from './purged-combinations.js'
import {
  JoinedSegments,
  plainMetrics,
  SegmentMoments,
  type ReturnMetrics,
} from '../samples/segment-moments.js'

/** What trials are picked by; higher is better, null is no score. */
export type ReturnScore = (metrics: ReturnMetrics) => number | null

/** What was picked in the training of a combination, and what it did in the test. */
export interface Picked {
  /** Index among the trials. */
  readonly trial: number
  /** Its figures in the training. */
  readonly inSample: ReturnMetrics
  /** Its figures in the test. */
  readonly outOfSample: ReturnMetrics
  /** What it was picked by. */
  readonly scoreInSample: number
  /** The same of the test; null where that has none. */
  readonly scoreOutOfSample: number | null
  /** Rank of its score in the test among all trials by their number + 1: near 1 is best, near 0 worst. */
  readonly rank: number
}

/** The segments that the trainings and tests of all combinations are made of. */
interface Cut {
  readonly bounds: Int32Array
  readonly training: readonly Int32Array[]
  readonly test: readonly Int32Array[]
}

/**
 * For each combination the trial with the highest score in training, the first of several; null where
 * no trial has one. Returns are summed once a trial and segment, whatever the number of combinations.
 */
export function pickEach(
  columns: readonly Float64Array[],
  purged: PurgedCombinations,
  { score, periods }: { readonly score: ReturnScore; readonly periods: number },
): readonly (Picked | null)[] {
  const cut = cutOf(purged)
  const moments = new SegmentMoments(cut.bounds)
  const joined = new JoinedSegments(moments, periods)
  const best = bestInTraining()
  const tested = best.map(own => (own === null ? null : measured(own)))
  const ranks = ranksInTest()
  return tested.map((own, k) => own && { ...own, rank: ranks[k]! })

  function bestInTraining(): readonly (Best | null)[] {
    const found: (Best | null)[] = cut.training.map(() => null)
    columns.forEach((column, trial) => {
      moments.take(column)
      for (let k = 0; k < found.length; k++) {
        const value = score(joined.join(cut.training[k]!))
        const before = found[k]!
        if (value === null || (before !== null && value <= before.value)) continue
        found[k] = { trial, value, combination: k }
      }
    })
    return found
  }

  function measured({ trial, value, combination }: Best): Omit<Picked, 'rank'> {
    moments.take(columns[trial]!)
    const inSample = plainMetrics(joined.join(cut.training[combination]!))
    const scoreOutOfSample = score(joined.join(cut.test[combination]!))
    const outOfSample = plainMetrics(joined)
    return { trial, inSample, outOfSample, scoreInSample: value, scoreOutOfSample }
  }

  function ranksInTest(): Float64Array {
    const below = new Float64Array(tested.length)
    const limits = tested.map(own => own && comparable(own.scoreOutOfSample, own.outOfSample))
    for (const column of columns) {
      moments.take(column)
      for (let k = 0; k < below.length; k++) {
        const limit = limits[k]!
        if (limit === null) continue
        const value = comparable(score(joined.join(cut.test[k]!)), joined)
        if (value < limit) below[k]! += 1
        else if (value === limit) below[k]! += 1 / 2
      }
    }
    // The pick itself is among those that are equal; ties share their mean rank.
    return below.map(count => (count + 1 / 2) / (columns.length + 1))
  }
}

interface Best {
  readonly trial: number
  readonly value: number
  readonly combination: number
}

/**
 * A score by which trials can be ranked. One that did not trade in the test counts as 0; one without
 * a score because nothing spoke against it is above all others, and the reverse.
 */
function comparable(score: number | null, metrics: ReturnMetrics): number {
  if (score !== null) return score
  const { totalReturn } = metrics
  if (totalReturn === null || totalReturn === 0) return 0
  return totalReturn > 0 ? Infinity : -Infinity
}

function cutOf({ groups, combinations }: PurgedCombinations): Cut {
  const places = new Set<number>()
  for (const { from, to } of [groups, ...combinations.map(one => one.training)].flat()) {
    places.add(from)
    places.add(to)
  }
  const bounds = Int32Array.from(places).sort((a, b) => a - b)
  const index = new Map(Array.from(bounds, (day, s) => [day, s]))
  const segmentsOf = (ranges: PurgedCombinations['groups']): Int32Array =>
    Int32Array.from(
      ranges.flatMap(({ from, to }) => {
        const first = index.get(from)!
        return Array.from({ length: index.get(to)! - first }, (_, k) => first + k)
      }),
    )
  return {
    bounds,
    training: combinations.map(({ training }) => segmentsOf(training)),
    test: combinations.map(({ tested }) => segmentsOf(tested.map(group => groups[group]!))),
  }
}
