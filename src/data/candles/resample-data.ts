import { AppError } from '../../core/errors.js'
import type { DataSet, DataSetKey } from '../../core/ports/candles.js'
import { resample } from '../../core/candles/resample.js'
import { timeframeMs } from '../../core/candles/time.js'
import type { CandleLibrary } from './candle-library.js'
import { encodeCandles } from './candle-lines.js'

/**
 * Builds a data set of a higher timeframe from a stored one and stores it.
 * @throws AppError NO_CANDLES, INVALID_TIMEFRAME, IMPORT_CONFLICT where one exists already
 */
export async function resampleData(
  library: CandleLibrary,
  from: DataSetKey,
  timeframe: string,
  options: { readonly replace: boolean },
): Promise<DataSet> {
  const { candles } = await library.load(from.symbol, from.timeframe)
  const to = { symbol: from.symbol, timeframe }
  const higher = resample(candles, timeframeMs(timeframe))
  if (higher.length === 0) {
    throw new AppError(
      'NO_CANDLES',
      `${from.symbol} ${from.timeframe} does not fill one ${timeframe} candle`,
      {
        hint: 'choose a shorter --to',
      },
    )
  }
  const dataSet = await library.write(to, async writer => {
    if (writer.before !== undefined) {
      if (!options.replace) throw exists(to)
      await writer.removeTimes((await writer.stored()).time)
    }
    for (const encoded of encodeCandles(to, higher)) await writer.append(encoded)
    return higher
  })
  return dataSet!
}

function exists({ symbol, timeframe }: DataSetKey): AppError {
  return new AppError('IMPORT_CONFLICT', `${symbol} ${timeframe} is stored already`, {
    hint: 'repeat with --replace, or remove it: assay data remove',
  })
}
