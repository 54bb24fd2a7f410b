import type { Point } from '../../../core/search/search.js'
import type { TrialMisses } from './trial-misses.js'

/** A number of trials of one field, evaluated together. */
export interface Chunk {
  /** Place among the chunks of the sweep, from 0. */
  readonly id: number
  /** Index of the field in the plan. */
  readonly field: number
  readonly points: readonly Point[]
}

/**
 * What the trials of a chunk gave, in the order of its points. Metrics stand one trial after the
 * other in the order of METRIC_NAMES, NaN for null. A failed trial has a message and no result.
 */
export interface ChunkResult {
  readonly id: number
  readonly metrics: Float64Array
  readonly runIds: readonly string[]
  readonly resultHashes: readonly (string | null)[]
  readonly messages: readonly (string | null)[]
  /** The trials that read before the first candle, where any did. */
  readonly misses?: TrialMisses | undefined
  /** Where asked for, the daily returns of one trial after the other, NaN for a failed one. */
  readonly daily?: Float64Array
}

/**
 * Evaluates chunks: on threads of this process, or on other machines. Results depend on the chunk
 * alone, not on who evaluates it or how often.
 */
export interface ChunkRunner {
  /** How many chunks it can work on at once; more may be given to it, so that none of them waits. */
  readonly width: number
  run(chunk: Chunk): Promise<ChunkResult>
  /** Ends what runs; chunks that have no result yet are given up. */
  close(): Promise<void>
}
