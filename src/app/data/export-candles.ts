import { parseKey } from '../../core/candles/symbols.js'
import { formatTime } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { CandleRow, DataSet, TimeRange } from '../../core/ports/market/candles.js'
import { exportRows, exportText } from '../../data/candles/export.js'
import type { TableColumn } from '../../backtest/tables/table-export.js'
import { readTarget, writePieces, writeTable, type TableFileOptions } from '../export/table-file.js'
import { timeOption, type Optional, type Time } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'

/** Stored candles that are to be written. */
export type ExportOptions = {
  readonly symbol: string
  readonly timeframe: string
} & TableFileOptions &
  Optional<{
    /** First open time. */
    from: Time
    /** Open time at which the export ends, exclusive. */
    to: Time
  }>

/** Parquet has numbers for readers that compute; csv and json have the decimals that came in. */
const NUMBERS: readonly TableColumn<CandleRow>[] = [
  { name: 'timestamp', type: 'time', valueOf: row => row.time },
  ...(['open', 'high', 'low', 'close', 'volume'] as const).map((name): TableColumn<CandleRow> => ({
    name,
    type: 'number',
    valueOf: row => (row[name] === null ? null : Number(row[name])),
  })),
]

/**
 * Writes candles to a file, or gives them to `take` in pieces.
 * @throws AppError NO_CANDLES, DATA_CHANGED, FILE_EXISTS, DISK, USAGE
 */
export async function exportCandles(
  workspace: Workspace,
  options: ExportOptions,
  take: (text: string) => void,
): Promise<void> {
  const { symbol, timeframe } = parseKey(options.symbol, options.timeframe)
  const target = readTarget(options)
  const range = rangeOf(options)
  const { dataSet: key, candles } = await workspace.candles.load(symbol, timeframe)
  requireRange(key, range)
  const known = { key, candles }
  const repository = await workspace.candles.repository()
  if (target.format === 'parquet') {
    await writeTable(
      { columns: NUMBERS, pages: exportRows(repository, known, range) },
      target,
      take,
    )
  } else await writePieces(exportText(repository, known, target.format, range), target, take)
}

function rangeOf(options: ExportOptions): TimeRange {
  const [since, until] = [timeOption(options, 'from'), timeOption(options, 'to')]
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
}

/** A gap shows once the rows are read. @throws AppError NO_CANDLES where the range lies beside the data */
function requireRange(dataSet: DataSet, { since = -Infinity, until = Infinity }: TimeRange): void {
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
