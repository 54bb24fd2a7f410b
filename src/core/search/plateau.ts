import type { Point, SearchSpace } from './search.js'
import { isOrdered, placeOf } from './space.js'

/** How a point does together with the points around it. */
export interface Plateau {
  /** Mean of the point's score and its neighbours'; null where the point has none itself. */
  readonly score: number | null
  /** Neighbours in that mean. */
  readonly neighbours: number
}

/**
 * For each point the mean of its own score and of those one index up or down along a single
 * ordered dimension. Neighbours that were not evaluated, or have no score, are left out. A peak
 * that stands alone is an accident; a plateau is a finding. A place given twice counts once, with
 * its last score.
 */
export function plateauScores(
  space: SearchSpace,
  points: readonly Point[],
  scores: readonly (number | null)[],
): readonly Plateau[] {
  const byPlace = new Map<number | string, number>()
  for (const [k, point] of points.entries()) {
    const score = scores[k] ?? null
    if (score !== null) byPlace.set(placeOf(space, point), score)
  }
  const ordered = [...space.dimensions.entries()].filter(([, dimension]) => isOrdered(dimension))
  const scoreAt = (point: Point, d: number, index: number): number | undefined =>
    byPlace.get(placeOf(space, point.with(d, index)))
  return points.map((point, k) => {
    const own = scores[k] ?? null
    if (own === null) return { score: null, neighbours: 0 }
    let sum = own
    let neighbours = 0
    for (const [d, { count }] of ordered) {
      const index = point[d]!
      const below = index > 0 ? scoreAt(point, d, index - 1) : undefined
      const above = index < count - 1 ? scoreAt(point, d, index + 1) : undefined
      sum += (below ?? 0) + (above ?? 0)
      neighbours += (below === undefined ? 0 : 1) + (above === undefined ? 0 : 1)
    }
    return { score: sum / (neighbours + 1), neighbours }
  })
}
