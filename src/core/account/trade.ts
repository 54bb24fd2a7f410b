import type { Millis } from '../candles/time.js'

/** Why a fill reduced a position. `signal` and `order` are also the reasons of entries. */
export const EXIT_REASONS = [
  'signal',
  'stop_loss',
  'trailing_stop',
  'take_profit',
  'time_stop',
  'end_of_data',
  'risk_limit',
  'order',
  'break_even',
  'roi',
  'ruin',
] as const

export type ExitReason = (typeof EXIT_REASONS)[number]
export type Side = 'long' | 'short'

/** One fill of a trade. Quote currency. */
export interface TradeFill {
  /** Open time of the candle in which it happened. */
  readonly time: Millis
  /** Whether it bought or sold base. */
  readonly side: 'buy' | 'sell'
  /** Base units. */
  readonly size: number
  /** Slippage included, quote a base unit. */
  readonly price: number
  /** Quote currency. */
  readonly fee: number
  /** Why it reduced the position; `signal` or `order` of an entry. */
  readonly reason: ExitReason
  /** Of the entry, the exit or the order; null for none. */
  readonly tag: string | null
}

/** A position from flat to flat. Quote currency. */
export interface Trade {
  /** Name of the strategy. */
  readonly strategy: string
  /** Side of the position. */
  readonly side: Side
  /** Open time of the candle in which the first entry filled. */
  readonly entryTime: Millis
  /** Open time of the candle in which the last exit filled. */
  readonly exitTime: Millis
  /** Average fill price over all entries, slippage included, quote a base unit. */
  readonly entryPrice: number
  /** Average fill price over all exits, slippage included, quote a base unit. */
  readonly exitPrice: number
  /** Base units, all that was entered. */
  readonly size: number
  /** `size * (exit - entry) - fees - txCosts`, mirrored for a short. */
  readonly pnl: number
  /** Fees of all its fills, quote currency. */
  readonly fees: number
  /** Costs of its transactions, quote currency. */
  readonly txCosts: number
  /** What its prices were worse than their references, quote currency. */
  readonly slippage: number
  /** `pnl / (size * entryPrice)`. */
  readonly return: number
  /** Closes from the first entry to the last exit. */
  readonly candles: number
  /** Worst unrealised return while open, at most 0. */
  readonly mae: number
  /** Best unrealised return while open, at least 0. */
  readonly mfe: number
  /** That of the last exit. */
  readonly exitReason: ExitReason
  /** Whether two things of one candle could each have come first, with another result. */
  readonly ambiguous: boolean
  /** Tag of the first entry; null for none. */
  readonly entryTag: string | null
  /** Tag of the last exit; null for none. */
  readonly exitTag: string | null
  /** Number of exits. */
  readonly parts: number
  /** All of them, the first entry first. */
  readonly fills: readonly TradeFill[]
}

/** A trade with the market that it was made on. */
export interface MarketTrade extends Trade {
  /** Name of the market. */
  readonly symbol: string
}
