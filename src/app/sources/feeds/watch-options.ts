import type { Clock } from '../../../data/sources/clock.js'
import type { Amount, Optional, Time } from '../../options/options.js'
import type { ReachOptions } from '../fetch-options.js'

/** Which candles are watched, and what beside them. */
export type WatchCandlesOptions = {
  readonly symbol: string
  readonly timeframe: string
} & ReachOptions &
  Optional<{
    source: string
    /** First open; those that have closed since come first. */
    since: Time
    until: Time
    /** Stored candles instead of a source. */
    replay: boolean
    /** How many times faster stored candles come than they were; `max` for at once. */
    speed: Amount
    /** End after so many candles. */
    candles: Amount
    /** Two-way quotes of this size in quote coins, beside the candles. */
    quotes: Amount
    /** The share of Jupiter's request limit that quotes take. */
    budget: Amount
    /** Seconds between two prices. */
    poll: Amount
    /** Keep candles that are built here of polled prices. */
    store: boolean
    /** Seconds without anything new from which on the feed is stale. */
    maxAge: Amount
    /** Slots of the chain after which a price or a quote is too old. */
    maxSlots: Amount
    /** The source that is followed where the first one is out. */
    then: string
    /** Ask at once where the source's stream tells a close. */
    stream: boolean
    /** The address of the stream, instead of the source's own. */
    streamUrl: string
  }>

/** Time, and what ends the watching. */
export interface FeedWorld {
  readonly signal: AbortSignal
  readonly clock: Clock
}
