import { parseKey } from '../../core/candles/symbols.js'
import type { CandleRow, DataSetKey, TimeRange } from '../../core/ports/candles.js'
import { exportText } from '../../data/candles/export.js'
import type { TableColumn } from '../../backtest/tables/table-export.js'
import {
  noteEmpty,
  readTarget,
  writePieces,
  writeTable,
  type TableFileOptions,
} from '../export/table-file.js'
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
 * @throws AppError NO_CANDLES, FILE_EXISTS, DISK, USAGE
 */
export async function exportCandles(
  workspace: Workspace,
  options: ExportOptions,
  take: (text: string) => void,
): Promise<void> {
  const { symbol, timeframe } = parseKey(options.symbol, options.timeframe)
  const target = readTarget(options)
  const { candles } = workspace
  const { dataSet } = await candles.load(symbol, timeframe)
  const range = rangeOf(options)
  const repository = await candles.repository()
  let rows = 0
  const counted = {
    rows: async function* (key: DataSetKey, within?: TimeRange) {
      for await (const page of repository.rows(key, within)) {
        rows += page.length
        yield page
      }
    },
  }
  if (target.format === 'parquet') {
    await writeTable({ columns: NUMBERS, pages: counted.rows(dataSet, range) }, target, take)
  } else await writePieces(exportText(counted, dataSet, target.format, range), target, take)
  if (rows === 0) noteEmpty(workspace, `${symbol} ${timeframe} has no candles there`, target)
}

function rangeOf(options: ExportOptions): TimeRange {
  const [since, until] = [timeOption(options, 'from'), timeOption(options, 'to')]
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
}
