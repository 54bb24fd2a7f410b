import type { Candle } from '../../core/candles/candles.js'
import type { CandleRow } from '../../core/ports/market/candles.js'

/** A candle as a feed tells it, exact, as the engine computes with it. */
export function candleOf({ time, open, high, low, close, volume }: CandleRow): Candle {
  return {
    time,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    volume: Number(volume ?? 0),
  }
}
