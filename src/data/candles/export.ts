import type {
  CandleRepository,
  CandleRow,
  DataSetKey,
  TimeRange,
} from '../../core/ports/candles.js'
import { formatTime } from '../../core/candles/time.js'

/** The formats that keep every decimal. */
export type ExportFormat = 'csv' | 'json'

const HEADER = 'timestamp,open,high,low,close,volume\n'

/** Candles as text, the decimals as they came in, in pieces of a few megabytes. */
export async function* exportText(
  repository: Pick<CandleRepository, 'rows'>,
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
  yield (opening.length > 1 ? opening : '') + (isCsv ? '' : ']\n')
}

function csvLine({ time, open, high, low, close, volume }: CandleRow): string {
  return `${formatTime(time)},${open},${high},${low},${close},${volume ?? ''}\n`
}

/** Decimals as text: a JSON number would lose digits in most readers. */
function jsonLine({ time, open, high, low, close, volume }: CandleRow): string {
  return JSON.stringify({ timestamp: formatTime(time), open, high, low, close, volume })
}
