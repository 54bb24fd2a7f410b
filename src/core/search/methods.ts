import { assertNever } from '../assert.js'
import type { SearchOptions } from './fresh-points.js'
import { geneticSearch } from './methods/genetic-search.js'
import { gridSearch } from './methods/grid-search.js'
import { latinSearch } from './methods/latin-search.js'
import { randomSearch } from './methods/random-search.js'
import type { Search } from './search.js'
import { sobolSearch } from './methods/sobol-search.js'
import { tpeSearch } from './methods/tpe-search.js'

export const SEARCH_METHODS = ['grid', 'random', 'latin', 'sobol', 'tpe', 'genetic'] as const

export type SearchMethod = (typeof SEARCH_METHODS)[number]

/** @throws AppError INVALID_GRID where the method cannot go through such a space */
export function createSearch(method: SearchMethod, options: SearchOptions): Search {
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
