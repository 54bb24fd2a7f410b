import type { AppError } from '../../../core/errors.js'
import type { BacktestOptions } from '../../backtest/input/run-options.js'
import type { Amount, Optional } from '../../options/options.js'
import type { FeedOptions } from '../runner/market-feed.js'

/** A paper session: a backtest's options, and where its candles come from. */
export type PaperOptions = Omit<BacktestOptions, 'events'> &
  FeedOptions &
  Optional<{
    /** Name of a source, or `replay` for stored candles; that of the symbol, or binance. */
    feed: string
    /** How many times faster stored candles come than they were; `max` for at once. */
    speed: Amount
    /** Promotions to run on together, instead of a strategy. */
    promotion: string | readonly string[]
    /** How several legs share the account: `equal`, `kelly` ... */
    allocation: string
    /** When their weights are made anew: `1d`, `1w`, `never`. */
    rebalance: string
    /** Configuration file whose section `notifications` says whom to tell of events. */
    notify: string
    /** A session to go on with, instead of a strategy. */
    session: string
  }>

export interface PaperWorld {
  readonly signal: AbortSignal
  /** Told each thing that happened, once it is stored. */
  readonly onLine: (line: string) => void
}

/** What a paper session prints at its end. */
export interface PaperAnswer {
  readonly summary: string
  readonly json: unknown
  /** What was not as it must be, to end with once the rest is shown; null for nothing. */
  readonly failure: AppError | null
}
