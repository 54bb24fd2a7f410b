import { randomOrder, type SearchOptions } from '../fresh-points.js'
import { unguidedSearch } from '../rounds.js'
import type { Search } from '../search.js'

/** Allowed points drawn evenly, without repetition. */
export function randomSearch(options: SearchOptions): Search {
  return unguidedSearch(Math.min(options.trials, options.space.size), randomOrder(options))
}
