import type { AnyStrategy } from '../../core/strategy/strategy.js'

/** A strategy with what a manifest says of where it came from. */
export interface StrategySource {
  readonly strategy: AnyStrategy
  /** Path of a user's own file; null for a strategy that ships with Assay. */
  readonly file: string | null
  /** SHA-256 of the source as it runs. */
  readonly sourceHash: string
}
