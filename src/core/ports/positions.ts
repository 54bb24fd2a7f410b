import type { Millis } from '../candles/time.js'

/** A position as a projection of what happened; money as decimal strings. */
export interface PositionRecord {
  readonly symbol: string
  readonly market: string
  readonly strategy: string
  readonly side: 'long' | 'short'
  readonly status: 'open' | 'closed'
  readonly size: string
  readonly entryPrice: string
  readonly currentPrice: string
  readonly entryTime: Millis
  readonly lastUpdate: Millis
  readonly pnl: string
  readonly stopLoss: string | null
  readonly trailingStop: string | null
  readonly exitTime: Millis | null
  readonly exitPrice: string | null
  readonly exitReason: string | null
  readonly fills: readonly FillRecord[]
}

/** A fill of a position: a row of the table `trades`. */
export interface FillRecord {
  readonly price: string
  readonly size: string
  readonly side: 'buy' | 'sell'
  readonly time: Millis
  readonly fee: string
  readonly exitReason: string | null
}

export interface PositionRepository {
  /** Saves the positions of a run with their fills; those stored for the run are replaced. */
  save(runId: string, positions: readonly PositionRecord[]): Promise<void>
  list(runId: string): Promise<readonly PositionRecord[]>
}
