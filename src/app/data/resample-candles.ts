import { parseKey } from '../../core/candles/symbols.js'
import { resampleData, type ResampleReport } from '../../data/candles/resample-data.js'
import type { Workspace } from '../workspace/compose.js'

export type { ResampleReport } from '../../data/candles/resample-data.js'

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
): Promise<ResampleReport> {
  const key = parseKey(symbol, timeframe)
  return resampleData(candles, key, parseKey(symbol, to).timeframe, { replace })
}
