import { seededRng, type Rng } from '../../random.js'
import { FreshPoints, type SearchOptions } from '../fresh-points.js'
import { unguidedSearch } from '../rounds.js'
import type { Point, Search, SearchSpace } from '../search.js'

/**
 * Latin hypercube: of n points, each n-th part of every dimension holds one (McKay, Beckman and
 * Conover 1979, https://doi.org/10.2307/1268522). What is refused or stands already is made up for
 * by further, smaller hypercubes, and in the end by random points.
 */
export function latinSearch(options: SearchOptions): Search {
  const fresh = new FreshPoints(options)
  const rng = seededRng(options.seed)
  let waiting: readonly Point[] = []
  let given = 0
  let taken = 0
  let takenBefore = -1
  return unguidedSearch(fresh.limit, () => {
    for (;;) {
      const point = waiting[given]
      if (point !== undefined) {
        given += 1
        if (!fresh.take(point)) continue
        taken += 1
        return point
      }
      // A hypercube that gave nothing shows a space that is nearly used up, or mostly refused.
      if (taken === takenBefore) return fresh.draw()
      takenBefore = taken
      const count = Math.min(fresh.limit - taken, HYPERCUBE_MAX)
      waiting = hypercube(options.space, count, rng)
      given = 0
    }
  })
}

/** Beyond that, trials come from several hypercubes, so that memory stays bounded. */
const HYPERCUBE_MAX = 65_536

/** One Latin hypercube of `count` points, over index ranges. */
export function hypercube(space: SearchSpace, count: number, rng: Rng): readonly Point[] {
  const points = Array.from({ length: count }, () => new Array<number>(space.dimensions.length))
  for (const [d, dimension] of space.dimensions.entries()) {
    const strata = shuffled(count, rng)
    for (let k = 0; k < count; k++) {
      const share = (strata[k]! + rng.next()) / count
      points[k]![d] = Math.min(dimension.count - 1, Math.floor(share * dimension.count))
    }
  }
  return points
}

/** The numbers from 0 to `count - 1` in random order, after Fisher and Yates. */
function shuffled(count: number, rng: Rng): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, k) => k)
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(rng.next() * (k + 1))
    const kept = order[k]!
    order[k] = order[other]!
    order[other] = kept
  }
  return order
}
