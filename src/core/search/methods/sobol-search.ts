import { AppError } from '../../errors.js'
import { seededRng } from '../../random.js'
import { FreshPoints, type SearchOptions } from '../fresh-points.js'
import { unguidedSearch } from '../rounds.js'
import type { Search } from '../search.js'
import { SOBOL_DIMENSIONS_MAX, SOBOL_POINTS_MAX, sobolSequence } from './sobol-sequence.js'

/**
 * Sobol's sequence, shifted digit by digit by the seed (Cranley and Patterson's shift in base 2,
 * which keeps it a net: L'Ecuyer and Lemieux 2002, https://doi.org/10.1007/0-306-48102-2_20).
 * Where it hardly gives anything new any more, random points follow.
 * @throws AppError INVALID_GRID for more dimensions than there are direction numbers
 */
export function sobolSearch(options: SearchOptions): Search {
  const { dimensions } = options.space
  if (dimensions.length > SOBOL_DIMENSIONS_MAX) {
    throw new AppError(
      'INVALID_GRID',
      `"${dimensions.length}" names are swept, but the method sobol takes at most ${SOBOL_DIMENSIONS_MAX}`,
      { hint: 'sweep fewer names, or take the method latin or random' },
    )
  }
  const fresh = new FreshPoints(options)
  const rng = seededRng(options.seed)
  const shifts = dimensions.map(() => Math.floor(rng.next() * 2 ** 32))
  const sequence = sobolSequence(dimensions.length)
  let drawn = 0
  let vain = 0
  return unguidedSearch(fresh.limit, () => {
    while (vain < VAIN_MAX && drawn < SOBOL_POINTS_MAX) {
      const numbers = sequence()
      drawn += 1
      const point = dimensions.map(({ count }, d) =>
        Math.floor((((numbers[d]! ^ shifts[d]!) >>> 0) / 2 ** 32) * count),
      )
      if (fresh.take(point)) {
        vain = 0
        return point
      }
      vain += 1
    }
    return fresh.draw()
  })
}

/** So many points in a row that are refused or stand already end the sequence. */
const VAIN_MAX = 10_000
