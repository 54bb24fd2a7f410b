import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../core/errors.js'
import type {
  CandleRepository,
  CandleRow,
  DataSetKey,
  TimeRange,
} from '../../core/ports/candles.js'
import { formatTime } from '../../core/candles/time.js'

export type ExportFormat = 'csv' | 'json'

const HEADER = 'timestamp,open,high,low,close,volume\n'

/**
 * Candles as text, the decimals as they came in, in pieces of a few megabytes.
 * @throws AppError NO_CANDLES where the range holds none
 */
export async function* exportText(
  repository: CandleRepository,
  key: DataSetKey,
  format: ExportFormat,
  range: TimeRange = {},
): AsyncIterable<string> {
  const isCsv = format === 'csv'
  let opening = isCsv ? HEADER : '[\n'
  for await (const rows of repository.rows(key, range)) {
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
  const draft = `${file}.${process.pid}.part`
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
