/** A sweep as stored: what was asked, and how far it is. */
export interface SweepRecord {
  readonly sweepId: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly status: 'running' | 'stopped' | 'complete'
  /** For lists: `ma_crossover+supertrend`, `SOL-USDC`, `5m`; several joined by `+`. */
  readonly strategy: string
  readonly symbol: string
  readonly timeframe: string
  readonly objective: string
  /** Everything needed to go on with it or to make it again. */
  readonly manifest: unknown
  readonly trialsTotal: number
  readonly trialsFailed: number
  /** Set when it is complete. */
  readonly sweepHash: string | null
  /** Evaluation time so far, and candles times trials. */
  readonly seconds: number
  readonly candleEvaluations: number
}

/** One trial of a sweep as stored. */
export interface TrialRecord {
  /** Place in the sweep, from 0; the same on every machine. */
  readonly number: number
  /** Id of the single run that gives the same result; also what the ledger counts by. */
  readonly runId: string
  readonly strategy: string
  readonly symbol: string
  readonly timeframe: string
  readonly template: string | null
  readonly dataHash: string
  /** All parameters, and swept settings under their prefixed names (`risk.stop_loss`). */
  readonly params: Readonly<Record<string, number | string | boolean>>
  readonly status: 'ok' | 'failed'
  /** Why a failed trial has no result. */
  readonly message: string | null
  /** Higher is better; null where the objective has no value. */
  readonly score: number | null
  /** In snake_case, as a backtest prints them; null for a failed trial. */
  readonly metrics: Readonly<Record<string, number | null>> | null
  readonly resultHash: string | null
}

/** Trials already encoded for storing, so that a large sweep keeps no object per trial. */
export interface EncodedTrials {
  readonly sweepId: string
  readonly numbers: readonly number[]
  /** Where each trial ends in `bytes`. */
  readonly ends: readonly number[]
  readonly bytes: Uint8Array
}

export interface TrialQuery {
  /** `score` is best first, trials without one last, ties by number. */
  readonly order: 'number' | 'score'
  readonly limit?: number
}

export interface SweepRepository {
  /** Saves or replaces what is known of a sweep; its trials stay. */
  save(sweep: SweepRecord): Promise<void>
  get(sweepId: string): Promise<SweepRecord | undefined>
  /** Newest first. */
  list(limit?: number): Promise<readonly SweepRecord[]>
  latest(): Promise<SweepRecord | undefined>
  /**
   * Adds trials, all or none; a number that stands already is left as it is. The bytes are given
   * away with the call.
   */
  append(trials: EncodedTrials): Promise<void>
  /** A page at a time. */
  trials(sweepId: string, query: TrialQuery): AsyncIterable<readonly TrialRecord[]>
}
