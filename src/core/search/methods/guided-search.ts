import type { FreshPoints, SearchOptions } from '../fresh-points.js'
import { guidedRoundPoints, guidedSearch, type Guide } from '../rounds.js'
import type { Search } from '../search.js'

/** Rounds without a better score after which a search ends, where nobody says. */
const PATIENCE = 10

/** A guided search that begins with random points, twice as many as in any later round. */
export function searchFromRandom(
  { patience = PATIENCE }: SearchOptions,
  fresh: FreshPoints,
  { learn, propose }: Pick<Guide, 'learn' | 'propose'>,
): Search {
  const roundPoints = guidedRoundPoints(fresh.limit)
  return guidedSearch({
    pointsMax: fresh.limit,
    startup: roundPoints * 2,
    roundPoints,
    patience,
    start: () => fresh.draw(),
    learn,
    propose,
  })
}
