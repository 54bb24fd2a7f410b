import type { Millis } from '../candles/time.js'
import type { CandleRow } from './candles.js'

/** What a feed of candles says. Candles come each once, in order of time, and only when closed. */
export type FeedEvent =
  | {
      readonly kind: 'candle'
      readonly candle: CandleRow
      /** Whether it comes long after its end, as after an outage: nothing should be entered on it. */
      readonly isReplayed: boolean
    }
  /** The source has no candle of this open. */
  | { readonly kind: 'missing'; readonly time: Millis }
  /** The source tells a candle otherwise that was given out already. Values: open high low close volume. */
  | {
      readonly kind: 'revised'
      readonly time: Millis
      readonly before: string
      readonly after: string
    }
  /** A candle that was given up as missing has come after all; it is not given out. */
  | { readonly kind: 'late'; readonly candle: CandleRow }
  /** Nothing new has come for too long: since the end of the last candle. */
  | { readonly kind: 'stale'; readonly since: Millis; readonly reason: string }
  /** Candles come again. */
  | { readonly kind: 'fresh'; readonly since: Millis }
