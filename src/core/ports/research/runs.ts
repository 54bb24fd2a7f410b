/** A finished run, whole enough to run it again and compare. */
export interface RunRecord {
  /** Hash of what decides the run; the same run has the same id everywhere. */
  readonly runId: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** For lists: names joined by `+`. */
  readonly strategy: string
  /** For lists: names joined by `+`. */
  readonly symbol: string
  /** Length of a candle, such as 5m. */
  readonly timeframe: string
  /** SHA-256 over costs, data hashes, metrics and trades. */
  readonly resultHash: string
  /** Hash of the equity curve; null for a run that was stored before there was one. */
  readonly curveHash: string | null
  /** Everything needed to run it again, as plain JSON; checked where it is read. */
  readonly manifest: unknown
  /** By name, in snake_case, as plain JSON; checked where they are read. */
  readonly metrics: unknown
  /** What a user should know of the result. */
  readonly warnings: readonly string[]
  /** As plain JSON, the first exit first; checked where they are read. */
  readonly trades: readonly unknown[]
}

/** A run without its trades, as lists show it. */
export type RunSummary = Omit<RunRecord, 'trades' | 'manifest'> & { readonly tradeCount: number }

/** Which stored runs are meant. */
export interface RunPage {
  /** At most so many. */
  readonly limit: number
  /** The last one of the page before. */
  readonly after?: Pick<RunSummary, 'createdAt' | 'runId'> | undefined
  /** Of this strategy alone, as lists name it. */
  readonly strategy?: string | undefined
  /** On this symbol alone, as lists name it. */
  readonly symbol?: string | undefined
}

export interface RunRepository {
  /** Saves a run; one that is stored under the same id is replaced. */
  save(run: RunRecord): Promise<void>
  /** One run; undefined where there is none. */
  get(runId: string): Promise<RunRecord | undefined>
  /** Newest first. */
  list(limit?: number): Promise<readonly RunSummary[]>
  /** Some of them, newest first: of what is filtered for, those that come after another one. */
  page(query: RunPage): Promise<readonly RunSummary[]>
  /** The run that was made last; undefined where there is none. */
  latest(): Promise<RunRecord | undefined>
}
