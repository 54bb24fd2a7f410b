/** A sweep as stored: what was asked, and how far it is. */
export interface SweepRecord {
  /** Hash of what decides the sweep. */
  readonly sweepId: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** How far it is; `running` also where it was killed. */
  readonly status: 'running' | 'stopped' | 'complete'
  /** For lists: `ma_crossover+supertrend`, `SOL-USDC`, `5m`; several joined by `+`. */
  readonly strategy: string
  /** For lists: names joined by `+`. */
  readonly symbol: string
  /** For lists: names joined by `+`. */
  readonly timeframe: string
  /** What its trials are judged by, as the user wrote it. */
  readonly objective: string
  /** Everything needed to go on with it or to make it again. */
  readonly manifest: unknown
  /** Trials so far. */
  readonly trialsTotal: number
  /** Of these, trials without a result. */
  readonly trialsFailed: number
  /** Set when it is complete. */
  readonly sweepHash: string | null
  /** Evaluation time so far. */
  readonly seconds: number
  /** Candles of all trials so far: candles of a field times its trials. */
  readonly candleEvaluations: number
}

/** One trial of a sweep as stored. */
export interface TrialRecord {
  /** Place in the sweep, from 0; the same on every machine. */
  readonly number: number
  /** Id of the single run that gives the same result; also what the ledger counts by. */
  readonly runId: string
  /** Name of the strategy. */
  readonly strategy: string
  /** Name of the market. */
  readonly symbol: string
  /** Length of a candle, such as 5m. */
  readonly timeframe: string
  /** Name of the template that it started from; null for none. */
  readonly template: string | null
  /** SHA-256 of the candles. */
  readonly dataHash: string
  /** All parameters, and swept settings under their prefixed names (`risk.stop_loss`). */
  readonly params: Readonly<Record<string, number | string | boolean>>
  /** Whether it came to a result. */
  readonly status: 'ok' | 'failed'
  /** Why a failed trial has no result. */
  readonly message: string | null
  /** Higher is better; null where the objective has no value. */
  readonly score: number | null
  /** In snake_case, as a backtest prints them; null for a failed trial. */
  readonly metrics: Readonly<Record<string, number | null>> | null
  /** SHA-256 over costs, data hash, metrics and trades; null for a failed trial. */
  readonly resultHash: string | null
}

/** Trials already encoded for storing, so that a large sweep keeps no object per trial. */
export interface EncodedTrials {
  /** The sweep that they belong to. */
  readonly sweepId: string
  /** Their places in the sweep. */
  readonly numbers: readonly number[]
  /** Where each trial ends in `bytes`. */
  readonly ends: readonly number[]
  /** Rows of a binary COPY. */
  readonly bytes: Uint8Array
}

export interface TrialQuery {
  /** `score` is best first, trials without one last, ties by number. */
  readonly order: 'number' | 'score'
  /** The most that are wanted; all where absent. */
  readonly limit?: number
}

export interface SweepRepository {
  /** Saves or replaces what is known of a sweep; its trials stay. */
  save(sweep: SweepRecord): Promise<void>
  /** One sweep; undefined where there is none. */
  get(sweepId: string): Promise<SweepRecord | undefined>
  /** Newest first. */
  list(limit?: number): Promise<readonly SweepRecord[]>
  /** The sweep that was begun last; undefined where there is none. */
  latest(): Promise<SweepRecord | undefined>
  /**
   * Adds trials, all or none; a number that stands already is left as it is. The bytes are given
   * away with the call.
   */
  append(trials: EncodedTrials): Promise<void>
  /** A page at a time. */
  trials(sweepId: string, query: TrialQuery): AsyncIterable<readonly TrialRecord[]>
}
