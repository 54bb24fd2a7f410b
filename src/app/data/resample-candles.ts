import { parseKey } from '../../core/candles/symbols.js'
import type { DataSet } from '../../core/ports/candles.js'
import { resampleData } from '../../data/candles/resample-data.js'
import type { Workspace } from '../workspace/compose.js'

/** Stored candles of which those of a higher timeframe are to be made. */
export interface ResampleOptions {
  readonly symbol: string
  readonly timeframe: string
  /** The higher timeframe. */
  readonly to: string
  /** Whether what is stored under it is replaced. */
  readonly replace: boolean
}

/** Builds and stores the higher candles. @throws AppError NO_CANDLES, INVALID_TIMEFRAME, IMPORT_CONFLICT */
export function resampleCandles(
  { candles }: Workspace,
  { symbol, timeframe, to, replace }: ResampleOptions,
): Promise<DataSet> {
  const key = parseKey(symbol, timeframe)
  return resampleData(candles, key, parseKey(symbol, to).timeframe, { replace })
}
