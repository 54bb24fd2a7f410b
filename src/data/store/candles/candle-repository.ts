import type { Candles } from '../../../core/candles/candles.js'
import type {
  CandleRepository,
  CandleWriter,
  DataRepair,
  DataSet,
  DataSetKey,
  EncodedCandles,
  ImportNote,
} from '../../../core/ports/candles.js'
import { formatTime } from '../../../core/candles/time.js'
import { dataHash } from '../../cache/data-hash.js'
import type { Database, Row, Session } from '../../postgres/session.js'
import { epochMillis, loadVerified, readRows } from './candle-reading.js'
import { candlesToAccept, listRepairs } from './candle-repair.js'

const COPY_IN =
  'copy candles (symbol, timeframe, timestamp, open, high, low, close, volume) from stdin'
const DATA_SET = `select symbol, timeframe, candle_count,
  extract(epoch from first) as first, extract(epoch from last) as last, data_hash from datasets`

/** Candles in either database. */
export function createCandleRepository(database: Database): CandleRepository {
  return {
    list: async () =>
      (await database.query(`${DATA_SET} order by symbol, timeframe`)).map(dataSetOf),
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

function dataSetOf(row: Row): DataSet {
  return {
    symbol: row['symbol']!,
    timeframe: row['timeframe']!,
    count: Number(row['candle_count']),
    first: epochMillis(row['first']!),
    last: epochMillis(row['last']!),
    dataHash: row['data_hash']!,
  }
}

async function findDataSet(session: Session, key: DataSetKey): Promise<DataSet | undefined> {
  const rows = await session.query(`${DATA_SET} where symbol = $1 and timeframe = $2`, [
    key.symbol,
    key.timeframe,
  ])
  return rows.map(dataSetOf)[0]
}

function loadInTransaction(database: Database, key: DataSetKey): Promise<Candles> {
  return database.transaction(async session => {
    await session.execute('set transaction isolation level repeatable read')
    return loadVerified(session, key, await findDataSet(session, key))
  })
}

async function writeCandles(
  session: Session,
  key: DataSetKey,
  change: (writer: CandleWriter) => Promise<Candles>,
): Promise<DataSet | undefined> {
  await lockDataSet(session, key)
  const before = await findDataSet(session, key)
  const notes: ImportNote[] = []
  const candles = await change({
    before,
    stored: () => loadVerified(session, key, before),
    append: ({ bytes }: EncodedCandles) => session.copyIn(COPY_IN, [bytes]),
    removeTimes: times => removeTimes(session, key, times),
    noteImport: note => void notes.push(note),
  })
  return saveDataSet(session, key, candles, notes)
}

/** @throws AppError CHECK_FAILED */
async function repairDataSet(session: Session, key: DataSetKey): Promise<DataRepair> {
  await lockDataSet(session, key)
  const before = await findDataSet(session, key)
  const { candles, note } = await candlesToAccept(session, key, before)
  if (note === null) return { before, after: before }
  return { before, after: await saveDataSet(session, key, candles, [note]) }
}

/** Notes the candles as they are now, with their hash; none at all take the data set away. */
async function saveDataSet(
  session: Session,
  key: DataSetKey,
  candles: Candles,
  notes: readonly ImportNote[],
): Promise<DataSet | undefined> {
  if (candles.length === 0) {
    await session.query('delete from datasets where symbol = $1 and timeframe = $2', [
      key.symbol,
      key.timeframe,
    ])
    return undefined
  }
  const hash = dataHash(candles)
  await saveRow(session, key, candles, hash)
  for (const note of notes) await saveNote(session, key, note, hash)
  return findDataSet(session, key)
}

/** Two imports of one data set take turns; of different ones, they run side by side. */
async function lockDataSet(session: Session, key: DataSetKey): Promise<void> {
  await session.query('select pg_advisory_xact_lock(hashtextextended($1::text, 7104925))', [
    `${key.symbol} ${key.timeframe}`,
  ])
}

async function removeTimes(session: Session, key: DataSetKey, times: Float64Array): Promise<void> {
  if (times.length === 0) return
  await session.query(
    'delete from candles where symbol = $1 and timeframe = $2 and timestamp = any($3::text[]::timestamptz[])',
    [key.symbol, key.timeframe, Array.from(times, formatTime)],
  )
}

async function saveRow(
  session: Session,
  { symbol, timeframe }: DataSetKey,
  candles: Candles,
  hash: string,
): Promise<void> {
  await session.query(
    `insert into datasets (symbol, timeframe, candle_count, first, last, data_hash)
     values ($1, $2, $3::bigint, $4::text::timestamptz, $5::text::timestamptz, $6)
     on conflict (symbol, timeframe) do update set candle_count = excluded.candle_count,
       first = excluded.first, last = excluded.last, data_hash = excluded.data_hash, updated_at = now()`,
    [
      symbol,
      timeframe,
      candles.length,
      formatTime(candles.time[0]!),
      formatTime(candles.time[candles.length - 1]!),
      hash,
    ],
  )
}

async function saveNote(
  session: Session,
  { symbol, timeframe }: DataSetKey,
  note: ImportNote,
  hash: string,
): Promise<void> {
  await session.query(
    `insert into imports (symbol, timeframe, import_key, data_hash, summary)
     values ($1, $2, $3, $4, $5::text::jsonb)
     on conflict (symbol, timeframe, import_key)
     do update set data_hash = excluded.data_hash, summary = excluded.summary, imported_at = now()`,
    [symbol, timeframe, note.key, hash, JSON.stringify(note.summary)],
  )
}

async function findImport(
  database: Database,
  { symbol, timeframe }: DataSetKey,
  importKey: string,
): Promise<unknown> {
  const [row] = await database.query(
    `select summary from imports join datasets using (symbol, timeframe, data_hash)
     where symbol = $1 and timeframe = $2 and import_key = $3`,
    [symbol, timeframe, importKey],
  )
  if (row === undefined) return undefined
  await loadInTransaction(database, { symbol, timeframe })
  return JSON.parse(row['summary']!)
}

async function removeCandles(session: Session, key: DataSetKey): Promise<number> {
  await lockDataSet(session, key)
  const params = [key.symbol, key.timeframe]
  const before = await findDataSet(session, key)
  for (const table of ['candles', 'datasets', 'imports']) {
    await session.query(`delete from ${table} where symbol = $1 and timeframe = $2`, params)
  }
  return before?.count ?? 0
}
