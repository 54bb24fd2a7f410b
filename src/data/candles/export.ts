import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type {
  CandleRepository,
  CandleRow,
  DataSetKey,
  TimeRange,
} from '../../core/ports/candles.js'
import { formatTime, type Millis } from '../../core/candles/time.js'
import { draftOf } from '../files/draft.js'
import { dataChanged } from '../store/data-changed.js'

export type ExportFormat = 'csv' | 'json'

const HEADER = 'timestamp,open,high,low,close,volume\n'

/**
 * Candles as text, the decimals as they came in, in pieces of a few megabytes.
 * @param candles those that have the hash: each row must be one of them
 * @throws AppError DATA_CHANGED; NO_CANDLES where the range holds none
 */
export async function* exportText(
  repository: CandleRepository,
  { key, candles }: { readonly key: DataSetKey; readonly candles: Candles },
  format: ExportFormat,
  range: TimeRange = {},
): AsyncIterable<string> {
  const isCsv = format === 'csv'
  let opening = isCsv ? HEADER : '[\n'
  for await (const rows of rowsOf(repository.rows(key, range), { key, candles }, range)) {
    yield opening + (isCsv ? rows.map(csvLine).join('') : `${rows.map(jsonLine).join(',\n')}\n`)
    opening = isCsv ? '' : ','
  }
  // Without rows the opening is still due.
  if (opening.length > 1) throw emptyRange(key)
  if (!isCsv) yield ']\n'
}

function emptyRange({ symbol, timeframe }: DataSetKey): AppError {
  return new AppError('NO_CANDLES', `no candles of ${symbol} ${timeframe} lie in that range`, {
    hint: 'it is a gap in the data; assay data check lists them',
    data: { symbol, timeframe },
  })
}

/** Hands rows on as long as they are the candles within the range, one after the other. */
async function* rowsOf(
  pages: AsyncIterable<readonly CandleRow[]>,
  { key, candles }: { readonly key: DataSetKey; readonly candles: Candles },
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

/**
 * Writes an export to a file, whole or not at all.
 * @throws AppError FILE_EXISTS, DISK
 */
export async function exportFile(
  text: AsyncIterable<string>,
  file: string,
  options: { readonly overwrite: boolean },
): Promise<void> {
  if (existsSync(file) && !options.overwrite) {
    throw new AppError('FILE_EXISTS', `"${file}" exists`, {
      hint: 'choose another name, or add --yes to overwrite it',
      data: { file },
    })
  }
  const draft = draftOf(file)
  try {
    await pipeline(Readable.from(text), createWriteStream(draft))
    renameSync(draft, file)
  } catch (error) {
    if (existsSync(draft)) rmSync(draft, { force: true })
    if (error instanceof AppError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new AppError('DISK', `cannot write "${file}": ${reason}`, {
      hint: 'see whether the folder exists, may be written to and has space',
      cause: error,
    })
  }
}
