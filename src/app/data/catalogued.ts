import type { DataSet } from '../../core/ports/market/candles.js'
import { createCatalogue } from '../../data/cache/catalogue.js'
import type { Home } from '../workspace/home.js'

/** Data sets as far as they are known without a database; none with a server. */
export function catalogued({ folder, databaseUrl }: Home): readonly DataSet[] {
  return databaseUrl === null ? (createCatalogue(folder).lastKnown() ?? []) : []
}
