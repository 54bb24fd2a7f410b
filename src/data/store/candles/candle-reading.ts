import { allocateCandles, type Candles } from '../../../core/candles/candles.js'
import type {
  CandleRow,
  DataSet,
  DataSetKey,
  TimeRange,
} from '../../../core/ports/market/candles.js'
import { formatTime, timeframeMs } from '../../../core/candles/time.js'
import { dataHash } from '../../cache/data-hash.js'
import type { Database, Session } from '../../postgres/session.js'
import { copyLines, epochMillis, literal } from '../../postgres/sql.js'
import { partsOf, WHERE_KEY } from './key-clause.js'
import { dataChanged } from './data-changed.js'

const PAGE_ROWS = 200_000

/**
 * All candles of a data set, which must have the hash that is noted of it. Without a data set, none.
 * @throws AppError DATA_CHANGED
 */
export async function loadVerified(
  session: Session,
  key: DataSetKey,
  dataSet: DataSet | undefined,
): Promise<Candles> {
  const candles = allocateCandles(timeframeMs(key.timeframe), dataSet?.count ?? 0)
  const rows = await fillColumns(session, key, candles)
  const isWhole = rows === candles.length
  if (dataSet === undefined && isWhole) return candles
  const found = isWhole ? dataHash(candles) : dataHash(await loadUnverified(session, key))
  if (isWhole && found === dataSet?.dataHash) return candles
  const noted = dataSet?.dataHash ?? 'none'
  const counts = isWhole ? '' : ` (${rows} candles instead of ${candles.length})`
  const difference = `their hash is ${found.slice(0, 12)}${counts}, noted is ${noted.slice(0, 12)}`
  throw dataChanged(key, difference, { noted, found, candles: rows })
}

/** All candles that stand under a name, whatever is noted of them. */
export async function loadUnverified(session: Session, key: DataSetKey): Promise<Candles> {
  const [row] = await session.query(
    `select count(*) as n from candles where ${WHERE_KEY}`,
    partsOf(key),
  )
  const candles = allocateCandles(timeframeMs(key.timeframe), Number(row?.['n'] ?? 0))
  await fillColumns(session, key, candles)
  return candles
}

/** All columns, a page after the other in the order of the primary key. @returns the rows there are */
async function fillColumns(session: Session, key: DataSetKey, candles: Candles): Promise<number> {
  let i = 0
  for await (const lines of readPages(session, key, {})) {
    for (const line of lines) {
      if (i < candles.length) fillFrom(candles, i, line)
      i += 1
    }
  }
  return i
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

function whereKey({ symbol, timeframe, source }: DataSetKey): string {
  return `symbol = ${literal(symbol)} and timeframe = ${literal(timeframe)} and source = ${literal(source)}`
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
      where ${whereKey(key)}${after}${end} order by symbol, timeframe, source, timestamp limit ${PAGE_ROWS}`
    for await (const lines of copyLines(session.copyOut(`copy (${page}) to stdout`))) {
      rows += lines.length
      last = lines[lines.length - 1]!
      yield lines
    }
    after = ` and timestamp > to_timestamp(${literal(last.split('\t')[0]!)}::numeric::float8)`
  }
}

/** Exact decimals, a page at a time. */
export async function* readRows(
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
