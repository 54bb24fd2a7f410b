import { symbolOf } from '../../../core/candles/symbols.js'
import { AppError } from '../../../core/errors.js'
import type { DataSetKey } from '../../../core/ports/market/candles.js'

/** That stored candles are not those whose hash is noted, and what can be done. */
export function dataChanged(
  key: DataSetKey,
  difference: string,
  data: Readonly<Record<string, unknown>>,
): AppError {
  const [symbol, { timeframe }] = [symbolOf(key), key]
  const flags = `--symbol ${symbol} --timeframe ${timeframe}`
  return new AppError(
    'DATA_CHANGED',
    `the stored candles of ${symbol} ${timeframe} have changed: ${difference}`,
    {
      hint: `restore the database, or remove the candles and import them again: assay data remove ${flags}; to take them as new data: assay data repair ${flags}`,
      data: { symbol, timeframe, ...data },
    },
  )
}
