import type { DataSet } from '../../../core/ports/market/candles.js'
import type { Catalogue } from '../../cache/catalogue.js'
import type { Session } from '../../postgres/session.js'
import { listDataSets } from './candle-repository.js'

/**
 * Writes what the database holds now, in the holder and within its turn: so no older list can come
 * behind a newer one.
 */
export async function writeCatalogue(
  session: Session,
  catalogue: Catalogue,
): Promise<readonly DataSet[]> {
  const dataSets = await listDataSets(session)
  const known = catalogue.read(true)
  if (JSON.stringify(known) !== JSON.stringify(dataSets)) catalogue.write(dataSets)
  return dataSets
}
