import type { ParamValue } from '../strategy/params.js'

/** One swept name and its values, made when asked for, so that a billion of them cost nothing. */
export interface Dimension {
  /** A parameter (`fast_ma`), or a setting with its prefix (`risk.stop_loss`, `cost.fee_bps`). */
  readonly name: string
  /** How many values it has. */
  readonly count: number
  /** The value at an index from 0 to `count - 1`. */
  at(index: number): ParamValue
  /** Whether values follow each other by size. Where it is missing, numbers do and others do not. */
  readonly isOrdered?: boolean
}

/** A place in a search space: for each dimension, in order, the index of its value. */
export type Point = readonly number[]

/** Every combination of the dimensions' values. Without dimensions it holds one point, `[]`. */
export interface SearchSpace {
  /** What is varied, the first the slowest. */
  readonly dimensions: readonly Dimension[]
  /** Number of points; above 2^53 only about, and Infinity above 1e308. */
  readonly size: number
}

/**
 * A way to go through a search space, in rounds. What it proposes follows from the space, the
 * seed, what is allowed and what it was told, and from nothing else: not from who evaluates the
 * points or in which order they finish.
 */
export interface Search {
  /** The points of the next round; empty where the search has ended. */
  next(): readonly Point[]
  /**
   * The scores of the round that `next` gave last, in its order; higher is better, null where a
   * point has none. Called once a round, before the next.
   */
  tell(scores: readonly (number | null)[]): void
  /** How many points will be proposed in all, as far as that is known; an upper bound otherwise. */
  readonly pointsMax: number
}

/** Says whether the values at a point go together: the strategy's own check and `--where`. */
export type Allows = (point: Point) => boolean
