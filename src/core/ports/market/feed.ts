import type { Millis } from '../../candles/time.js'
import type { CandleRow } from './candles.js'

/** What a feed of candles says. Candles come each once, in order of time, and only when closed. */
export type FeedEvent =
  | {
      readonly kind: 'candle'
      readonly candle: CandleRow
      /** Whether it comes long after its end, as after an outage: nothing should be entered on it. */
      readonly isReplayed: boolean
      /** Whether no price came in it, so that it carries the close before; candles of polled prices alone. */
      readonly isCarried?: true
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

/** The prices of a market between candles: what was quoted for a size, both ways. */
export interface QuoteEvent {
  /** Tells the events apart. */
  readonly kind: 'quote'
  /** What the base coin is sold for at that size, quote coins a base coin. */
  readonly bid: number
  /** What the base coin is bought for at that size; no lower than the bid but in a moving market. */
  readonly ask: number
  /** The size of either side, in quote coins. */
  readonly size: number
  /** The older of the slots of the chain at which they were computed; null where it was not said. */
  readonly slot: number | null
  /** When the older of them was answered, UTC milliseconds. */
  readonly time: Millis
  /** Whether it comes from a recording. */
  readonly isReplayed: boolean
}

/** Candles come from another source from now on, or from the first one again. */
export interface SwitchEvent {
  /** Tells the events apart. */
  readonly kind: 'switched'
  /** The source that was followed until now. */
  readonly from: string
  /** The source that is followed from now on. */
  readonly to: string
  /** The open of the first candle of the new source. */
  readonly since: Millis
  /** Why. */
  readonly reason: string
  /** How far the new source's closes lie above the old one's, as a share: the median of common candles. */
  readonly basis: number
}

/** All that a feed of a market can say. */
export type MarketEvent = FeedEvent | QuoteEvent | SwitchEvent
