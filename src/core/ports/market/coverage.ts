import type { Millis } from '../../candles/time.js'

/** When candles were fetched last, and by what. */
export interface Fetched {
  /** The adapter and its version, such as `binance 1`. */
  readonly adapter: string
  /** UTC milliseconds. */
  readonly at: Millis
}

/** What a batch of requests to a source has brought, to be noted with its candles. */
export interface FetchNotes {
  /** The newest of them. */
  readonly fetched: Fetched
  /** One for each window that was asked. */
  readonly fetches: readonly FetchNote[]
  /** Candles that the source told otherwise before. */
  readonly revisions: readonly RevisionNote[]
}

/** What was asked of a source, and what it answered. */
export interface FetchNote {
  /** The window that was asked, half-open. */
  readonly since: Millis
  /** Its end, exclusive. */
  readonly until: Millis
  /** What the window holds now. */
  readonly state: CoverageState
  /** Whether the source is not expected to change it any more. */
  readonly isSettled: boolean
  /** Why it failed or cannot be had; null otherwise. */
  readonly reason: string | null
  /** The adapter and its version. */
  readonly adapter: string
  /** The host that answered. */
  readonly host: string
  /** The way the candles came. */
  readonly path: FetchPath
  /** When it was asked, UTC milliseconds. */
  readonly requestedAt: Millis
  /** What the source said the time was; null where it did not. */
  readonly sourceTime: Millis | null
  /** Whether a checksum was there, and right. */
  readonly checksum: 'none' | 'verified' | 'unverified'
  /** The version of a file, as its host names it. */
  readonly etag: string | null
  /** How many candles it had. */
  readonly rows: number
  /** What was counted on the way: `duplicates: 1`. */
  readonly notes: Readonly<Record<string, number>>
}

/** The way by which candles came from a source. */
export type FetchPath = 'rest' | 'archive' | 'stream' | 'polled' | 'ccxt'

/** What is known of a stretch of time: candles, asked and empty, failed, or not available. */
export type CoverageState = 'candles' | 'empty' | 'failed' | 'unavailable'

/** A stretch of time of a data set, and what became of asking for it. Half-open. */
export interface Coverage {
  /** Its beginning. */
  readonly since: Millis
  /** Its end, exclusive. */
  readonly until: Millis
  /** What it holds. */
  readonly state: CoverageState
  /** Whether the source is not expected to change it any more. */
  readonly isSettled: boolean
  /** Why it failed or cannot be had; null otherwise. */
  readonly reason: string | null
}

/** A candle of which a source says something else than before. Values: open high low close volume. */
export interface RevisionNote {
  /** Its open. */
  readonly time: Millis
  /** What was stored; null where nothing was. */
  readonly before: string | null
  /** What the source says now; null where it has none any more. */
  readonly after: string | null
  /** Whether the stored candle was replaced. */
  readonly isApplied: boolean
}
