import { seededRng, type Rng } from '../../random.js'
import { FreshPoints, type SearchOptions } from '../fresh-points.js'
import { searchFromRandom } from './guided-search.js'
import { parzenDensity, type Density } from './parzen.js'
import { bestFirst, type Observation } from '../rounds.js'
import type { Point, Search, SearchSpace } from '../search.js'

/** Share of the points that count as good, and the most of either kind that make a density. */
const GOOD_SHARE = 0.1
const GOOD_MAX = 25
const BAD_MAX = 100

/**
 * Points drawn from the good density, of which the most promising is proposed. Few: the most
 * promising of many lie where no point has been yet, and rounds would gather there.
 */
const CANDIDATES = 4

/** Share of both densities that is even over the whole space: what is known beforehand. */
const UNIFORM_SHARE = 0.1

/**
 * Tree-structured Parzen estimator: after a random round it proposes points that are likely among
 * the good ones and unlikely among the others, by the ratio of the two densities (Bergstra,
 * Bardenet, Bengio and Kegl, Algorithms for Hyper-Parameter Optimization, NIPS 2011,
 * https://papers.nips.cc/paper/4443-algorithms-for-hyper-parameter-optimization). A point without
 * a score counts among the worst.
 */
export function tpeSearch(options: SearchOptions): Search {
  const { space, seed } = options
  const fresh = new FreshPoints(options)
  const rng = seededRng(seed)
  let split: Split | null = null
  return searchFromRandom(options, fresh, {
    learn: observations => {
      split = splitDensities(space, observations)
    },
    propose: () => (split === null ? undefined : promising(split, fresh, rng)) ?? fresh.draw(),
  })
}

interface Split {
  readonly good: Density
  readonly bad: Density
}

/** Null where no point has a score yet. */
function splitDensities(space: SearchSpace, observations: readonly Observation[]): Split | null {
  const ranked = bestFirst(observations)
  const scored = ranked.filter(({ score }) => score !== null).length
  if (scored === 0) return null
  const good = Math.min(scored, GOOD_MAX, Math.ceil(GOOD_SHARE * ranked.length))
  const points = ranked.map(({ point }) => point)
  return {
    good: parzenDensity(space, points.slice(0, good), UNIFORM_SHARE),
    bad: parzenDensity(space, evenly(points.slice(good), BAD_MAX), UNIFORM_SHARE),
  }
}

/** At most `most` of the points, spread evenly over their order. */
function evenly(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points
  return Array.from({ length: most }, (_, k) => points[Math.floor((k * points.length) / most)]!)
}

/** The best candidate that is new and allowed, if any is. */
function promising({ good, bad }: Split, fresh: FreshPoints, rng: Rng): Point | undefined {
  const candidates = Array.from({ length: CANDIDATES }, () => {
    const point = good.sample(rng)
    return { point, promise: good.logOf(point) - bad.logOf(point) }
  })
  candidates.sort((a, b) => b.promise - a.promise)
  return candidates.find(({ point }) => fresh.take(point))?.point
}
