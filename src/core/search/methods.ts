import { assertNever } from '../assert.js'
import { AppError } from '../errors.js'
import type { SearchOptions } from './fresh-points.js'
import { geneticSearch } from './methods/genetic-search.js'
import { gridSearch } from './methods/grid-search.js'
import { latinSearch } from './methods/latin-search.js'
import { randomSearch } from './methods/random-search.js'
import type { Search, SearchSpace } from './search.js'
import { sobolSearch } from './methods/sobol-search.js'
import { tpeSearch } from './methods/tpe-search.js'
import { isCountable } from './space.js'

export const SEARCH_METHODS = ['grid', 'random', 'latin', 'sobol', 'tpe', 'genetic'] as const

export type SearchMethod = (typeof SEARCH_METHODS)[number]

/** @throws AppError INVALID_GRID where the method cannot go through such a space */
export function createSearch(method: SearchMethod, options: SearchOptions): Search {
  const isWhole = method === 'grid' || options.trials > Number.MAX_SAFE_INTEGER
  if (isWhole && !isCountable(options.space)) {
    throw endless(options.space)
  }
  switch (method) {
    case 'grid':
      return gridSearch(options)
    case 'random':
      return randomSearch(options)
    case 'latin':
      return latinSearch(options)
    case 'sobol':
      return sobolSearch(options)
    case 'tpe':
      return tpeSearch(options)
    case 'genetic':
      return geneticSearch(options)
    default:
      return assertNever(method)
  }
}

function endless({ dimensions }: SearchSpace): AppError {
  const shown = dimensions.map(({ name, count }) => `${name} ${count}`).join(', ')
  return new AppError(
    'INVALID_GRID',
    `the values of ${dimensions.length} names make more combinations ("${shown}") than can be tried`,
    { hint: 'give --method tpe --trials 500 for a guided search, or take larger steps' },
  )
}
