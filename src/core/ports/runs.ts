/** A finished run, whole enough to run it again and compare. */
export interface RunRecord {
  readonly runId: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly strategy: string
  readonly symbol: string
  readonly timeframe: string
  readonly resultHash: string
  /** Hash of the equity curve; null for a run that was stored before there was one. */
  readonly curveHash: string | null
  readonly manifest: unknown
  readonly metrics: unknown
  readonly warnings: readonly string[]
  readonly trades: readonly unknown[]
}

/** A run without its trades, as lists show it. */
export type RunSummary = Omit<RunRecord, 'trades' | 'manifest'> & { readonly tradeCount: number }

export interface RunRepository {
  /** Saves a run; one that is stored under the same id is replaced. */
  save(run: RunRecord): Promise<void>
  get(runId: string): Promise<RunRecord | undefined>
  /** Newest first. */
  list(limit?: number): Promise<readonly RunSummary[]>
  latest(): Promise<RunRecord | undefined>
}
