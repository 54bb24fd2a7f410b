import type { SearchOptions } from '../fresh-points.js'
import { unguidedSearch } from '../rounds.js'
import type { Search } from '../search.js'
import { unrank } from '../space.js'

/** Every allowed combination in the grid's order, made when it is asked for. The seed plays no part. */
export function gridSearch({ space, allows, trials }: SearchOptions): Search {
  let rank = 0
  return unguidedSearch(Math.min(trials, space.size), () => {
    while (rank < space.size) {
      const point = unrank(space, rank)
      rank += 1
      if (allows(point)) return point
    }
    return undefined
  })
}
