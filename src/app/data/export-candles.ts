import { parseKey } from '../../core/candles/symbols.js'
import { formatTime } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { DataSet } from '../../core/ports/candles.js'
import { exportFile, exportText, type ExportFormat } from '../../data/candles/export.js'
import { isOn, textOption, timeOption, type Optional, type Time } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'

/** Stored candles that are to be written as text. */
export type ExportOptions = { readonly symbol: string; readonly timeframe: string } & Optional<{
  /** `csv` or `json`. */
  format: string
  /** A file; without one the text is handed over. */
  output: string
  /** First open time. */
  from: Time
  /** Open time at which the text ends, exclusive. */
  to: Time
  /** Write over the file. */
  yes: boolean
}>

/**
 * Writes candles to a file, or gives them to `take` in pieces.
 * @throws AppError NO_CANDLES, DATA_CHANGED, FILE_EXISTS, DISK, USAGE
 */
export async function exportCandles(
  { candles }: Workspace,
  options: ExportOptions,
  take: (text: string) => void,
): Promise<void> {
  const { symbol, timeframe } = parseKey(options.symbol, options.timeframe)
  const format = formatOf(options)
  const { dataSet: key, candles: known } = await candles.load(symbol, timeframe)
  const [since, until] = [timeOption(options, 'from'), timeOption(options, 'to')]
  const range = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
  requireRange(key, since ?? -Infinity, until ?? Infinity)
  const text = exportText(await candles.repository(), { key, candles: known }, format, range)
  const file = textOption(options, 'output')
  if (file !== undefined) return exportFile(text, file, { overwrite: isOn(options, 'yes') })
  for await (const part of text) if (part !== '') take(part)
}

/** A gap shows once the rows are read. @throws AppError NO_CANDLES where the range lies beside the data */
function requireRange(dataSet: DataSet, since: number, until: number): void {
  const { symbol, timeframe, first, last } = dataSet
  if (since < until && since <= last && until > first) return
  const what =
    since >= until
      ? `--to ${formatTime(until)} is not after --from ${formatTime(since)}`
      : `no candles of ${symbol} ${timeframe} lie in that range`
  throw new AppError('NO_CANDLES', what, {
    hint: `they run from ${formatTime(first)} to ${formatTime(last)}; --to is exclusive`,
    data: { symbol, timeframe, first: formatTime(first), last: formatTime(last) },
  })
}

/** @throws AppError USAGE */
function formatOf(options: ExportOptions): ExportFormat {
  const format = textOption(options, 'format') ?? 'csv'
  if (format === 'csv' || format === 'json') return format
  throw new AppError('USAGE', `--format "${format}" is not known`, { hint: 'use csv or json' })
}
