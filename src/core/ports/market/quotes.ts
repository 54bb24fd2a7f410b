import type { Millis } from '../../candles/time.js'

/** What became of asking for a quote: a price, no way to trade that size, or no answer. */
export type QuoteStatus = 'ok' | 'no_route' | 'error'

/** A recording: rounds of quotes of the same sizes, both ways. */
export interface QuoteRun {
  /** Name of the market. */
  readonly symbol: string
  /** The sizes of a round, in units of the quote coin, ascending. */
  readonly sizes: readonly number[]
  /** Digits of the base coin's unit. */
  readonly baseDecimals: number
  /** Digits of the quote coin's unit. */
  readonly quoteDecimals: number
  /** The adapter and its version. */
  readonly adapter: string
  /** When it began, UTC milliseconds. */
  readonly startedAt: Millis
}

/** A quote as it was answered. Amounts are whole base units of their coins, as text. */
export interface RecordedQuote {
  /** Counts the rounds of a recording, from 0. */
  readonly round: number
  /** Its place in the round, from 0. */
  readonly seq: number
  /** Whether the base coin is bought or sold. */
  readonly side: 'buy' | 'sell'
  /** Its size, in units of the quote coin. */
  readonly size: number
  /** What is given; null where nothing was answered. */
  readonly inAmount: string | null
  /** What is taken; null where nothing was answered. */
  readonly outAmount: string | null
  /** The slot of the chain that it was computed at; null where that was not said. */
  readonly slot: number | null
  /** When it was asked, UTC milliseconds. */
  readonly sentAt: Millis
  /** When it was answered, UTC milliseconds. */
  readonly answeredAt: Millis
  /** What became of it. */
  readonly status: QuoteStatus
  /** The places on its way. */
  readonly route: readonly string[]
}

/** Quotes of one market, a column each, in the order in which they were made. */
export interface QuoteColumns {
  /** How many quotes. */
  readonly length: number
  /** Counts rounds over all recordings. */
  readonly round: Int32Array
  /** 1 buys the base coin, 0 sells it. */
  readonly isBuy: Uint8Array
  /** In units of the quote coin. */
  readonly size: Float64Array
  /** Quote coins by base coins; NaN where there was no quote. */
  readonly price: Float64Array
  /** Slot of the chain; NaN where it was not said. */
  readonly slot: Float64Array
  /** When it was answered, UTC milliseconds. */
  readonly time: Float64Array
}

/** Recorded quotes. */
export interface QuoteRepository {
  /** Begins a recording; its number. */
  begin(run: QuoteRun): Promise<number>
  /** Adds a round to a recording, whole. */
  save(run: number, quotes: readonly RecordedQuote[]): Promise<void>
  /** All quotes of a market. */
  load(symbol: string): Promise<QuoteColumns>
  /** Markets with the number of their quotes, by name. */
  list(): Promise<readonly { readonly symbol: string; readonly quotes: number }[]>
}
