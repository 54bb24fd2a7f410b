import type { CandleRow } from '../../../core/ports/market/candles.js'

/** What a candle says, as revisions are noted: open high low close volume. */
export function valuesOf({ open, high, low, close, volume }: CandleRow): string {
  return [open, high, low, close, volume ?? '-'].join(' ')
}
