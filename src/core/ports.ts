import type { Candles } from './candles/candles.js'
import type { Millis } from './candles/time.js'

/** A stored series of candles, and the hash of its columns. */
export interface DataSet {
  readonly symbol: string
  readonly timeframe: string
  readonly count: number
  /** Open time of the first and of the last candle. */
  readonly first: Millis
  readonly last: Millis
  /** SHA-256 of the columns; equal data has an equal hash, on every machine. */
  readonly dataHash: string
}

/** Names one data set. */
export interface DataSetKey {
  readonly symbol: string
  readonly timeframe: string
}

/** Half-open: `since` inclusive, `until` exclusive. */
export interface TimeRange {
  readonly since?: Millis
  readonly until?: Millis
}

/** A candle as stored, its numbers as the decimals that came in. */
export interface CandleRow {
  readonly time: Millis
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  /** Null where the source has no volume. */
  readonly volume: string | null
}

/** Candles already encoded for storing, so that a large import makes no object per candle. */
export interface EncodedCandles {
  readonly count: number
  readonly bytes: Uint8Array
}

/** What a change of one data set may do. Nothing of it is visible before the change returns. */
export interface CandleWriter {
  /** The data set before the change; undefined where there is none. */
  readonly before: DataSet | undefined
  /** The candles before the change. */
  stored(): Promise<Candles>
  append(candles: EncodedCandles): Promise<void>
  removeTimes(times: Float64Array): Promise<void>
  /** Notes that a file has been imported, to recognise it when it comes again. */
  noteImport(note: ImportNote): void
}

/** An imported file: importing it again changes nothing while the data set's hash is the same. */
export interface ImportNote {
  /** SHA-256 of the file and of everything else that decides what is read from it. */
  readonly key: string
  readonly summary: unknown
}

/** Candles, kept with their decimals. */
export interface CandleRepository {
  list(): Promise<readonly DataSet[]>
  find(key: DataSetKey): Promise<DataSet | undefined>
  load(key: DataSetKey): Promise<Candles>
  /** Exact decimals in time order, a page at a time. */
  rows(key: DataSetKey, range?: TimeRange): AsyncIterable<readonly CandleRow[]>
  /**
   * Changes a data set in one transaction: all of it or nothing. `change` returns the columns as
   * they are afterwards; one change of a data set runs at a time.
   */
  write(
    key: DataSetKey,
    change: (writer: CandleWriter) => Promise<Candles>,
  ): Promise<DataSet | undefined>
  /** Removes a data set; the number of candles removed. */
  remove(key: DataSetKey): Promise<number>
  /** The summary noted with an import, where the data set is still as that import left it. */
  findImport(key: DataSetKey, importKey: string): Promise<unknown>
}

/** A finished run, whole enough to run it again and compare. */
export interface RunRecord {
  readonly runId: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly strategy: string
  readonly symbol: string
  readonly timeframe: string
  readonly resultHash: string
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

/** An event of a run as stored. */
export interface EventRecord {
  /** Position in the run, from 0. */
  readonly seq: number
  readonly time: Millis
  readonly type: string
  readonly payload: unknown
  readonly linkHash: string | null
}

export interface EventRepository {
  append(runId: string, events: readonly EventRecord[]): Promise<void>
  /** In order, a page at a time. */
  read(runId: string, since?: number): AsyncIterable<readonly EventRecord[]>
}

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
