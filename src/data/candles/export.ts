import type { Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type {
  CandleRepository,
  CandleRow,
  DataSetKey,
  TimeRange,
} from '../../core/ports/market/candles.js'
import { formatTime, type Millis } from '../../core/candles/time.js'
import { dataChanged } from '../store/candles/data-changed.js'

/** The formats that keep every decimal. */
export type ExportFormat = 'csv' | 'json'

const HEADER = 'timestamp,open,high,low,close,volume\n'

/** A data set with the candles that have its hash. */
interface HashedCandles {
  readonly key: DataSetKey
  readonly candles: Candles
}

/**
 * Candles as text, the decimals as they came in, in pieces of a few megabytes.
 * @throws AppError as `exportRows`
 */
export async function* exportText(
  repository: Pick<CandleRepository, 'rows'>,
  known: HashedCandles,
  format: ExportFormat,
  range: TimeRange = {},
): AsyncIterable<string> {
  const isCsv = format === 'csv'
  let opening = isCsv ? HEADER : '[\n'
  for await (const rows of exportRows(repository, known, range)) {
    yield opening + (isCsv ? rows.map(csvLine).join('') : `${rows.map(jsonLine).join(',\n')}\n`)
    opening = isCsv ? '' : ','
  }
  if (!isCsv) yield ']\n'
}

/**
 * The stored rows of a range, in pages: each must be one of the candles that have the hash.
 * @throws AppError DATA_CHANGED; NO_CANDLES where the range holds none
 */
export async function* exportRows(
  repository: Pick<CandleRepository, 'rows'>,
  known: HashedCandles,
  range: TimeRange = {},
): AsyncIterable<readonly CandleRow[]> {
  let isEmpty = true
  for await (const rows of checkedRows(repository.rows(known.key, range), known, range)) {
    if (rows.length === 0) continue
    isEmpty = false
    yield rows
  }
  if (isEmpty) throw emptyRange(known.key)
}

function emptyRange({ symbol, timeframe }: DataSetKey): AppError {
  return new AppError('NO_CANDLES', `no candles of ${symbol} ${timeframe} lie in that range`, {
    hint: 'it is a gap in the data; assay data check lists them',
    data: { symbol, timeframe },
  })
}

/** Hands rows on as long as they are the candles within the range, one after the other. */
async function* checkedRows(
  pages: AsyncIterable<readonly CandleRow[]>,
  { key, candles }: HashedCandles,
  { since = -Infinity, until = Infinity }: TimeRange,
): AsyncIterable<readonly CandleRow[]> {
  let i = candles.time.subarray(0, candles.length).findIndex(time => time >= since)
  if (i < 0) i = candles.length
  for await (const rows of pages) {
    for (const row of rows) {
      if (!isCandle(row, candles, i)) throw differs(key, row.time)
      i += 1
    }
    yield rows
  }
  if (i < candles.length && candles.time[i]! < until) throw differs(key, candles.time[i]!)
}

function isCandle(row: CandleRow, candles: Candles, i: number): boolean {
  return (
    i < candles.length &&
    row.time === candles.time[i] &&
    Number(row.open) === candles.open[i] &&
    Number(row.high) === candles.high[i] &&
    Number(row.low) === candles.low[i] &&
    Number(row.close) === candles.close[i] &&
    Number(row.volume ?? 0) === candles.volume[i]
  )
}

function differs(key: DataSetKey, time: Millis): AppError {
  const at = formatTime(time)
  return dataChanged(key, `the one of ${at} is not what its hash was made of`, { first: at })
}

function csvLine({ time, open, high, low, close, volume }: CandleRow): string {
  return `${formatTime(time)},${open},${high},${low},${close},${volume ?? ''}\n`
}

/** Decimals as text: a JSON number would lose digits in most readers. */
function jsonLine({ time, open, high, low, close, volume }: CandleRow): string {
  return JSON.stringify({ timestamp: formatTime(time), open, high, low, close, volume })
}
