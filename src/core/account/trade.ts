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
  readonly side: 'buy' | 'sell'
  /** Base units. */
  readonly size: number
  readonly price: number
  readonly fee: number
  readonly reason: ExitReason
  readonly tag: string | null
}

/** A position from flat to flat. Quote currency. */
export interface Trade {
  readonly strategy: string
  readonly side: Side
  /** Open time of the candle in which the first entry filled. */
  readonly entryTime: Millis
  /** Open time of the candle in which the last exit filled. */
  readonly exitTime: Millis
  /** Average fill prices over all entries and all exits, slippage included. */
  readonly entryPrice: number
  readonly exitPrice: number
  /** Base units, all that was entered. */
  readonly size: number
  /** `size * (exit - entry) - fees - txCosts`, mirrored for a short. */
  readonly pnl: number
  readonly fees: number
  readonly txCosts: number
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
  readonly entryTag: string | null
  readonly exitTag: string | null
  /** Number of exits. */
  readonly parts: number
  readonly fills: readonly TradeFill[]
}
