import type { DataSetKey } from '../../../core/ports/market/candles.js'

/** Picks the rows of one data set, as the first three parameters name it. */
export const WHERE_KEY = 'symbol = $1 and timeframe = $2 and source = $3'

/** The parameters of `WHERE_KEY`. */
export function partsOf({ symbol, timeframe, source }: DataSetKey): [string, string, string] {
  return [symbol, timeframe, source]
}
