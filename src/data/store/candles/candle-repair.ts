import type { Candles } from '../../../core/candles/candles.js'
import { checkCandles } from '../../../core/candles/checks.js'
import { symbolOf } from '../../../core/candles/symbols.js'
import { AppError } from '../../../core/errors.js'
import type {
  DataSet,
  DataSetKey,
  ImportNote,
  RepairNote,
} from '../../../core/ports/market/candles.js'
import { formatTime } from '../../../core/candles/time.js'
import { dataHash } from '../../cache/data-hash.js'
import type { Session } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'
import { partsOf, WHERE_KEY } from './key-clause.js'
import { loadUnverified } from './candle-reading.js'

/** Begins the key of the note that a repair leaves among those of imports. */
const REPAIR = 'repair '

/**
 * The candles that stand under a name, and the note to keep of taking them as new data: null where
 * they are what is noted already.
 * @throws AppError CHECK_FAILED where they are no candles
 */
export async function candlesToAccept(
  session: Session,
  key: DataSetKey,
  before: DataSet | undefined,
): Promise<{ candles: Candles; note: ImportNote | null }> {
  const candles = await loadUnverified(session, key)
  const hash = dataHash(candles)
  if (candles.length === 0 ? before === undefined : hash === before?.dataHash) {
    return { candles, note: null }
  }
  refuseWrong(key, candles)
  const from = before?.dataHash ?? null
  return { candles, note: { key: `${REPAIR}${from} ${hash}`, summary: { from, to: hash } } }
}

function refuseWrong(key: DataSetKey, candles: Candles): void {
  const errors = checkCandles(candles).filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  throw new AppError(
    'CHECK_FAILED',
    `what is stored as ${symbolOf(key)} ${key.timeframe} cannot be taken: ${errors.map(({ count, message }) => `${count} ${message}`).join(', ')}`,
    { hint: 'remove the candles and import them again, or restore the database' },
  )
}

/** When what stands there was taken as new data, oldest first. */
export async function listRepairs(
  session: Session,
  key: DataSetKey,
): Promise<readonly RepairNote[]> {
  const rows = await session.query(
    `select summary, extract(epoch from imported_at) as at from imports
     where ${WHERE_KEY} and import_key like $4 order by imported_at`,
    [...partsOf(key), `${REPAIR}%`],
  )
  return rows.map(row => ({
    repairedAt: formatTime(epochMillis(row['at']!)),
    ...(JSON.parse(row['summary']!) as { from: string | null; to: string }),
  }))
}
