import type { Candles } from '../candles/candles.js'
import { dailyReturns } from './metrics.js'

/** Daily returns of one unit of the market, bought at the first open, without costs. */
export function holdingReturns(candles: Candles): Float64Array {
  return dailyReturns({
    time: candles.time.subarray(0, candles.length),
    equity: candles.close.subarray(0, candles.length),
    capital: candles.open[0]!,
    timeframeMs: candles.timeframeMs,
  })
}
