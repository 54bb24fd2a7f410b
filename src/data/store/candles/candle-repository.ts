import type { Candles } from '../../../core/candles/candles.js'
import type {
  CandleRepository,
  CandleWriter,
  DataRepair,
  DataSet,
  DataSetKey,
  EncodedCandles,
  ImportNote,
} from '../../../core/ports/market/candles.js'
import type { FetchNotes } from '../../../core/ports/market/coverage.js'
import { formatTime } from '../../../core/candles/time.js'
import { dataHash } from '../../cache/data-hash.js'
import type { Database, Row, Session } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'
import { partsOf, WHERE_KEY } from './key-clause.js'
import { loadVerified, readRows } from './candle-reading.js'
import { saveFetched, saveFetches } from './fetch-repository.js'
import { candlesToAccept, listRepairs } from './candle-repair.js'

const COPY_IN =
  'copy candles (symbol, timeframe, source, timestamp, open, high, low, close, volume) from stdin'
const DATA_SET = `select symbol, timeframe, source, candle_count, adapter,
  extract(epoch from fetched_at) as fetched_at,
  extract(epoch from first) as first, extract(epoch from last) as last, data_hash from datasets`

/** Candles in either database. */
export function createCandleRepository(database: Database): CandleRepository {
  return {
    list: () => listDataSets(database),
    find: key => findDataSet(database, key),
    load: key => loadInTransaction(database, key),
    rows: (key, range) => readRows(database, key, range),
    write: (key, change) => database.transaction(session => writeCandles(session, key, change)),
    remove: key => database.transaction(session => removeCandles(session, key)),
    findImport: (key, importKey) => findImport(database, key, importKey),
    repair: key => database.transaction(session => repairDataSet(session, key)),
    repairs: key => listRepairs(database, key),
  }
}

/** All data sets, in order of their names. */
export async function listDataSets(session: Session): Promise<readonly DataSet[]> {
  return (await session.query(`${DATA_SET} order by symbol, timeframe, source`)).map(dataSetOf)
}

function dataSetOf(row: Row): DataSet {
  return {
    symbol: row['symbol']!,
    timeframe: row['timeframe']!,
    source: row['source']!,
    count: Number(row['candle_count']),
    first: epochMillis(row['first']!),
    last: epochMillis(row['last']!),
    dataHash: row['data_hash']!,
    fetched: fetchedOf(row),
  }
}

function fetchedOf(row: Row): DataSet['fetched'] {
  const adapter = row['adapter'] ?? null
  return adapter === null ? null : { adapter, at: epochMillis(row['fetched_at']!) }
}

async function findDataSet(session: Session, key: DataSetKey): Promise<DataSet | undefined> {
  const rows = await session.query(`${DATA_SET} where ${WHERE_KEY}`, partsOf(key))
  return rows.map(dataSetOf)[0]
}

function loadInTransaction(database: Database, key: DataSetKey): Promise<Candles> {
  return database.transaction(async session => {
    await session.execute('set transaction isolation level repeatable read')
    return loadVerified(session, key, await findDataSet(session, key))
  })
}

/** What a change wants noted. */
interface Notes {
  readonly imports: ImportNote[]
  readonly fetches: FetchNotes[]
}

async function writeCandles(
  session: Session,
  key: DataSetKey,
  change: (writer: CandleWriter) => Promise<Candles>,
): Promise<DataSet | undefined> {
  await lockDataSet(session, key)
  const before = await findDataSet(session, key)
  const notes: Notes = { imports: [], fetches: [] }
  const candles = await change({
    before,
    stored: () => loadVerified(session, key, before),
    append: ({ bytes }: EncodedCandles) => session.copyIn(COPY_IN, [bytes]),
    removeTimes: times => removeTimes(session, key, times),
    noteImport: note => void notes.imports.push(note),
    noteFetches: fetches => void notes.fetches.push(fetches),
  })
  return saveDataSet(session, key, candles, notes)
}

/** @throws AppError CHECK_FAILED */
async function repairDataSet(session: Session, key: DataSetKey): Promise<DataRepair> {
  await lockDataSet(session, key)
  const before = await findDataSet(session, key)
  const { candles, note } = await candlesToAccept(session, key, before)
  if (note === null) return { before, after: before }
  return {
    before,
    after: await saveDataSet(session, key, candles, { imports: [note], fetches: [] }),
  }
}

/** Notes the candles as they are now, with their hash; none at all take the data set away. */
async function saveDataSet(
  session: Session,
  key: DataSetKey,
  candles: Candles,
  { imports, fetches }: Notes,
): Promise<DataSet | undefined> {
  for (const notes of fetches) await saveFetches(session, key, notes)
  if (candles.length === 0) {
    await session.query(`delete from datasets where ${WHERE_KEY}`, partsOf(key))
    return undefined
  }
  const hash = dataHash(candles)
  await saveRow(session, key, candles, hash)
  for (const note of imports) await saveNote(session, key, note, hash)
  for (const notes of fetches) await saveFetched(session, key, notes)
  return findDataSet(session, key)
}

/** Two imports of one data set take turns; of different ones, they run side by side. */
async function lockDataSet(session: Session, key: DataSetKey): Promise<void> {
  await session.query('select pg_advisory_xact_lock(hashtextextended($1::text, 7104925))', [
    partsOf(key).join(' '),
  ])
}

async function removeTimes(session: Session, key: DataSetKey, times: Float64Array): Promise<void> {
  if (times.length === 0) return
  await session.query(
    `delete from candles where ${WHERE_KEY} and timestamp = any($4::text[]::timestamptz[])`,
    [...partsOf(key), Array.from(times, formatTime)],
  )
}

async function saveRow(
  session: Session,
  key: DataSetKey,
  candles: Candles,
  hash: string,
): Promise<void> {
  await session.query(
    `insert into datasets (symbol, timeframe, source, candle_count, first, last, data_hash)
     values ($1, $2, $3, $4::bigint, $5::text::timestamptz, $6::text::timestamptz, $7)
     on conflict (symbol, timeframe, source) do update set candle_count = excluded.candle_count,
       first = excluded.first, last = excluded.last, data_hash = excluded.data_hash, updated_at = now()`,
    [
      ...partsOf(key),
      candles.length,
      formatTime(candles.time[0]!),
      formatTime(candles.time[candles.length - 1]!),
      hash,
    ],
  )
}

async function saveNote(
  session: Session,
  key: DataSetKey,
  note: ImportNote,
  hash: string,
): Promise<void> {
  await session.query(
    `insert into imports (symbol, timeframe, source, import_key, data_hash, summary)
     values ($1, $2, $3, $4, $5, $6::text::jsonb)
     on conflict (symbol, timeframe, source, import_key)
     do update set data_hash = excluded.data_hash, summary = excluded.summary, imported_at = now()`,
    [...partsOf(key), note.key, hash, JSON.stringify(note.summary)],
  )
}

async function findImport(
  database: Database,
  key: DataSetKey,
  importKey: string,
): Promise<unknown> {
  const [row] = await database.query(
    `select summary from imports join datasets using (symbol, timeframe, source, data_hash)
     where ${WHERE_KEY} and import_key = $4`,
    [...partsOf(key), importKey],
  )
  if (row === undefined) return undefined
  await loadInTransaction(database, key)
  return JSON.parse(row['summary']!)
}

/** Everything that is kept of a data set. */
const TABLES = ['candles', 'datasets', 'imports', 'fetches', 'coverage', 'revisions'] as const

async function removeCandles(session: Session, key: DataSetKey): Promise<number> {
  await lockDataSet(session, key)
  const before = await findDataSet(session, key)
  for (const table of TABLES) {
    await session.query(`delete from ${table} where ${WHERE_KEY}`, partsOf(key))
  }
  return before?.count ?? 0
}
