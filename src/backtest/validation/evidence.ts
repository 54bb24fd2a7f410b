import type { Proof } from '../proof/proof.js'
import type { Report } from '../run/record/report.js'

/** What a validation knows of a result. */
export interface Evidence {
  /** The result, run again. */
  readonly report: Report
  /** The hash that was stored with it. */
  readonly storedHash: string
  /** Daily returns of the result, and of holding the market over the same days. */
  readonly returns: Float64Array
  readonly holding: Float64Array
  readonly trials: TrialEvidence
  readonly proof: Proof | null
  readonly seed: number
  /** Paths of the bootstraps. */
  readonly paths: number
}

/** How often it was tried before this result was chosen. */
export interface TrialEvidence {
  /** Distinct trials of the strategy on this market and timeframe, by the ledger; at least 1. */
  readonly ledger: number
  /** Sample variance of their annual Sharpe ratios; null for fewer than two. */
  readonly sharpeVariance: number | null
  /** Daily returns of trials over the same days, the chosen one among them; empty where unknown. */
  readonly columns: readonly { readonly name: string; readonly returns: Float64Array }[]
  /** Name of the chosen one among the columns. */
  readonly chosen: string
}
