/** How many trials one strategy has had on one data set, by whatever command. */
export interface LedgerEntry {
  readonly symbol: string
  readonly timeframe: string
  readonly dataHash: string
  readonly strategy: string
  /** Distinct trials: the same set, settings, costs and candles again is the same trial. */
  readonly trials: number
  readonly failed: number
  /** Trials with a Sharpe ratio, and the sample variance of these; annual, null below two. */
  readonly sharpes: number
  readonly sharpeVariance: number | null
  /** ISO 8601, UTC. */
  readonly first: string
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
