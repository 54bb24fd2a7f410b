import type { Point } from '../../../core/search/search.js'
import type { TrialSettings } from '../plan/field.js'
import type { MetricRecord } from '../expressions/objective.js'

/** A trial with its result. */
export interface Trial extends TrialSettings {
  /** Place in the sweep, from 0. */
  readonly number: number
  readonly field: number
  readonly point: Point
  readonly result: TrialResult
  /** By each objective, higher is better; null where it has no value. */
  readonly scores: readonly (number | null)[]
}

export interface TrialResult {
  readonly runId: string
  /** Null for a failed trial, which has a message. */
  readonly metrics: MetricRecord | null
  readonly resultHash: string | null
  readonly message: string | null
  /** Where asked for; null for a failed trial. */
  readonly daily?: Float64Array | null
}
