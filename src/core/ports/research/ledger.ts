/** How many trials one strategy has had on one data set, by whatever command. */
export interface LedgerEntry {
  /** Name of the market. */
  readonly symbol: string
  /** Length of a candle, such as 5m. */
  readonly timeframe: string
  /** SHA-256 of the candles; empty where a run did not say. */
  readonly dataHash: string
  /** Name of the strategy. */
  readonly strategy: string
  /** Distinct trials: the same set, settings, costs and candles again is the same trial. */
  readonly trials: number
  /** Of these, trials that never came to a result. */
  readonly failed: number
  /** Trials with a Sharpe ratio. */
  readonly sharpes: number
  /** Sample variance of their annual Sharpe ratios; null below two. */
  readonly sharpeVariance: number | null
  /** When the first of them was made, ISO 8601, UTC. */
  readonly first: string
  /** When the last of them was made, ISO 8601, UTC. */
  readonly last: string
}

/** Counts every trial that was ever stored: single runs and sweeps. Nothing turns it off. */
export interface TrialLedger {
  /** By symbol, timeframe, data hash and strategy; all where no filter is given. */
  count(filter: {
    readonly symbol?: string
    readonly timeframe?: string
    readonly dataHash?: string
    readonly strategy?: string
  }): Promise<readonly LedgerEntry[]>
}
