import type { Millis } from '../../candles/time.js'

/** A position as a projection of what happened; money as decimal strings. */
export interface PositionRecord {
  /** Name of the market, such as SOL-USDC. */
  readonly symbol: string
  /** The same: runs know no other name of a market. */
  readonly market: string
  /** Name of the strategy. */
  readonly strategy: string
  /** Whether it is long or short. */
  readonly side: 'long' | 'short'
  /** Whether anything of it is still held. */
  readonly status: 'open' | 'closed'
  /** Base units, as a decimal. */
  readonly size: string
  /** Average price of what is held, or was, as a decimal. */
  readonly entryPrice: string
  /** Price of its last fill, as a decimal. */
  readonly currentPrice: string
  /** When it was opened, UTC milliseconds. */
  readonly entryTime: Millis
  /** When it filled last, UTC milliseconds. */
  readonly lastUpdate: Millis
  /** What it has made, costs taken off, quote currency, as a decimal; 0 while it is open. */
  readonly pnl: string
  /** Where its fixed stop stands, as a decimal; null for none. */
  readonly stopLoss: string | null
  /** Where its trailing stop stands, as a decimal; null for none. */
  readonly trailingStop: string | null
  /** When it was closed, UTC milliseconds; null while it is open. */
  readonly exitTime: Millis | null
  /** Price of its last exit, as a decimal; null while it is open. */
  readonly exitPrice: string | null
  /** Why it was closed; null while it is open. */
  readonly exitReason: string | null
  /** All of them, the first entry first. */
  readonly fills: readonly FillRecord[]
  /** What its trade came to; absent while it is open. */
  readonly outcome?: PositionOutcome
}

/** What the trade of a closed position came to, as `Trade` has it. */
export interface PositionOutcome {
  /** Fees of all its fills, quote currency. */
  readonly fees: number
  /** Costs of its transactions, quote currency. */
  readonly txCosts: number
  /** What its prices were worse than their references, quote currency. */
  readonly slippage: number
  /** Profit as a share of what was entered. */
  readonly return: number
  /** Closes from the first entry to the last exit. */
  readonly candles: number
  /** Worst unrealised return while open, at most 0. */
  readonly mae: number
  /** Best unrealised return while open, at least 0. */
  readonly mfe: number
  /** Whether two things of one candle could each have come first, with another result. */
  readonly ambiguous: boolean
  /** Tag of the first entry; null for none. */
  readonly entryTag: string | null
  /** Tag of the last exit; null for none. */
  readonly exitTag: string | null
}

/** A fill of a position: a row of the view `trades`. */
export interface FillRecord {
  /** Slippage included, as a decimal. */
  readonly price: string
  /** Base units, as a decimal. */
  readonly size: string
  /** Whether it bought or sold base. */
  readonly side: 'buy' | 'sell'
  /** When it happened, UTC milliseconds. */
  readonly time: Millis
  /** Quote currency, as a decimal. */
  readonly fee: string
  /** Why it reduced the position; null for an entry. */
  readonly exitReason: string | null
}

export interface PositionRepository {
  /** Saves the positions of a run with their fills; those stored for the run are replaced. */
  save(runId: string, positions: readonly PositionRecord[]): Promise<void>
  /** The positions of a run in the order in which they were saved, without their outcomes. */
  list(runId: string): Promise<readonly PositionRecord[]>
}
