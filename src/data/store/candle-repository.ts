import { allocateCandles, type Candles } from '../../core/candles/candles.js'
import type {
  CandleRepository,
  CandleRow,
  CandleWriter,
  DataSet,
  DataSetKey,
  EncodedCandles,
  ImportNote,
  TimeRange,
} from '../../core/ports/candles.js'
import { formatTime, timeframeMs } from '../../core/candles/time.js'
import { dataHash } from '../cache/data-hash.js'
import type { Database, Row, Session } from '../postgres/session.js'
import { copyLines, literal } from '../postgres/sql.js'

const PAGE_ROWS = 200_000
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

/** Seconds with a fraction, as `extract(epoch ...)` writes them, in milliseconds. */
function epochMillis(seconds: string): number {
  return Math.round(Number(seconds) * 1000)
}

async function findDataSet(session: Session, key: DataSetKey): Promise<DataSet | undefined> {
  const rows = await session.query(`${DATA_SET} where symbol = $1 and timeframe = $2`, [
    key.symbol,
    key.timeframe,
  ])
  return rows.map(dataSetOf)[0]
}

function whereKey({ symbol, timeframe }: DataSetKey): string {
  return `symbol = ${literal(symbol)} and timeframe = ${literal(timeframe)}`
}

function loadInTransaction(database: Database, key: DataSetKey): Promise<Candles> {
  return database.transaction(async session => {
    await session.execute('set transaction isolation level repeatable read')
    return loadCandles(session, key, await findDataSet(session, key))
  })
}

/** All columns, a page after the other in the order of the primary key. */
async function loadCandles(
  session: Session,
  key: DataSetKey,
  dataSet: DataSet | undefined,
): Promise<Candles> {
  const candles = allocateCandles(timeframeMs(key.timeframe), dataSet?.count ?? 0)
  let i = 0
  for await (const lines of readPages(session, key, {})) {
    for (const line of lines) fillFrom(candles, i++, line)
  }
  if (i !== candles.length) {
    throw new Error(`${key.symbol} ${key.timeframe}: ${i} candles stored, ${candles.length} noted`)
  }
  return candles
}

function fillFrom(candles: Candles, i: number, line: string): void {
  const [time, open, high, low, close, volume] = line.split('\t')
  candles.time[i] = epochMillis(time!)
  candles.open[i] = Number(open)
  candles.high[i] = Number(high)
  candles.low[i] = Number(low)
  candles.close[i] = Number(close)
  candles.volume[i] = volume === '\\N' ? 0 : Number(volume)
}

async function* readPages(
  session: Session,
  key: DataSetKey,
  { since, until }: TimeRange,
): AsyncIterable<string[]> {
  // The planner knows little of a table that has just grown, and would sort all of it per page.
  await session.execute('set local enable_sort = off; set local enable_bitmapscan = off')
  const end = until === undefined ? '' : ` and timestamp < ${literal(formatTime(until))}`
  let after = since === undefined ? '' : ` and timestamp >= ${literal(formatTime(since))}`
  for (let rows = PAGE_ROWS; rows === PAGE_ROWS;) {
    rows = 0
    let last = ''
    const page = `select extract(epoch from timestamp), open, high, low, close, volume from candles
      where ${whereKey(key)}${after}${end} order by symbol, timeframe, timestamp limit ${PAGE_ROWS}`
    for await (const lines of copyLines(session.copyOut(`copy (${page}) to stdout`))) {
      rows += lines.length
      last = lines[lines.length - 1]!
      yield lines
    }
    after = ` and timestamp > to_timestamp(${literal(last.split('\t')[0]!)}::numeric::float8)`
  }
}

async function* readRows(
  database: Database,
  key: DataSetKey,
  range: TimeRange = {},
): AsyncIterable<readonly CandleRow[]> {
  // A page each in its own transaction: an export may take as long as its reader likes.
  let since = range.since
  for (;;) {
    const rows = await database.transaction(session => readPage(session, key, range, since))
    if (rows.length > 0) yield rows
    if (rows.length < PAGE_ROWS) return
    since = rows[rows.length - 1]!.time + 1
  }
}

async function readPage(
  session: Session,
  key: DataSetKey,
  range: TimeRange,
  since: number | undefined,
): Promise<CandleRow[]> {
  const rows: CandleRow[] = []
  const from = since === undefined ? range : { ...range, since }
  for await (const lines of readPages(session, key, from)) {
    for (const line of lines) rows.push(rowOf(line))
    if (rows.length >= PAGE_ROWS) break
  }
  return rows
}

function rowOf(line: string): CandleRow {
  const [time, open, high, low, close, volume] = line.split('\t')
  return {
    time: epochMillis(time!),
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume: volume === '\\N' ? null : volume!,
  }
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
    stored: () => loadCandles(session, key, before),
    append: ({ bytes }: EncodedCandles) => session.copyIn(COPY_IN, [bytes]),
    removeTimes: times => removeTimes(session, key, times),
    noteImport: note => void notes.push(note),
  })
  if (candles.length === 0) {
    await session.query('delete from datasets where symbol = $1 and timeframe = $2', [
      key.symbol,
      key.timeframe,
    ])
    return undefined
  }
  const hash = dataHash(candles)
  await saveDataSet(session, key, candles, hash)
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

async function saveDataSet(
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
  return row === undefined ? undefined : JSON.parse(row['summary']!)
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
