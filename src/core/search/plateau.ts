import type { Point, SearchSpace } from './search.js'
import { isOrdered, rankOf } from './space.js'

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
  const byRank = new Map<number, number>()
  for (const [k, point] of points.entries()) {
    const score = scores[k] ?? null
    if (score !== null) byRank.set(rankOf(space, point), score)
  }
  const strides = orderedStrides(space)
  return points.map((point, k) => {
    const own = scores[k] ?? null
    if (own === null) return { score: null, neighbours: 0 }
    const rank = rankOf(space, point)
    let sum = own
    let neighbours = 0
    for (const { d, stride, count } of strides) {
      const index = point[d]!
      const below = index > 0 ? byRank.get(rank - stride) : undefined
      const above = index < count - 1 ? byRank.get(rank + stride) : undefined
      sum += (below ?? 0) + (above ?? 0)
      neighbours += (below === undefined ? 0 : 1) + (above === undefined ? 0 : 1)
    }
    return { score: sum / (neighbours + 1), neighbours }
  })
}

/** How far apart in rank two neighbours along each ordered dimension are. */
function orderedStrides(
  space: SearchSpace,
): readonly { readonly d: number; readonly stride: number; readonly count: number }[] {
  let stride = 1
  const strides: { d: number; stride: number; count: number }[] = []
  for (let d = space.dimensions.length - 1; d >= 0; d--) {
    const dimension = space.dimensions[d]!
    if (isOrdered(dimension)) strides.push({ d, stride, count: dimension.count })
    stride *= dimension.count
  }
  return strides
}
