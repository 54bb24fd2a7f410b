import type { Millis } from '../../candles/time.js'

/** A walk-forward as it is kept: what its tests came to, and what they rest on. */
export interface WalkForwardRecord {
  /** Sixteen hexadecimal digits, of what decides it. */
  readonly walkForwardId: string
  /** The sweep of its trainings, which has the strategy, costs and settings. */
  readonly sweepId: string
  /** When it was made, UTC milliseconds. */
  readonly createdAt: Millis
  /** Name of the strategy. */
  readonly strategy: string
  /** Name of the market. */
  readonly symbol: string
  /** Length of a candle, such as 5m. */
  readonly timeframe: string
  /** Version of the rules that it was computed by. */
  readonly executionModel: number
  /** Open time of the first candle of the first training. */
  readonly from: Millis
  /** End of the last test. */
  readonly to: Millis
  /** Open time of the first candle of the first test. */
  readonly testFrom: Millis
  /** SHA-256 over all candles from `from` to `to` that it read. */
  readonly dataHash: string
  /** What the tests came to, joined. */
  readonly figures: WalkForwardFigures
}

/** The tests of a walk-forward, joined. Fractions. */
export interface WalkForwardFigures {
  /** Probability that the true Sharpe ratio of their daily returns is above 0; null where there is none. */
  readonly probability: number | null
  /** Sharpe ratio a year; null where there is none. */
  readonly sharpe: number | null
  /** Gain by the capital. */
  readonly totalReturn: number
  /** Growth in the tests by growth in the trainings; null where those did not grow. */
  readonly efficiency: number | null
  /** How many tests there are. */
  readonly folds: number
  /** Trades that closed in them. */
  readonly trades: number
  /** Daily returns that the figures rest on. */
  readonly days: number
}

/** Where a walk-forward belongs. */
export type WalkForwardPlace = Pick<WalkForwardRecord, 'strategy' | 'symbol' | 'timeframe'>

export interface WalkForwardRepository {
  /** Keeps a walk-forward; one that was made before stays, with its new time. */
  save(record: WalkForwardRecord): Promise<void>
  /** Those of a place, newest first. */
  list(place: WalkForwardPlace): Promise<readonly WalkForwardRecord[]>
}
