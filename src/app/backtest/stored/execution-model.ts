import type { RunRecord } from '../../../core/ports/research/runs.js'
import { EXECUTION_MODEL } from '../../../core/version.js'

/** The execution model that a stored run was made by; manifests say it since the second. */
export function executionModelOf({ manifest }: Pick<RunRecord, 'manifest'>): number {
  const { execution_model: said } = Object(manifest) as { readonly execution_model?: unknown }
  return typeof said === 'number' ? said : 1
}

/** What to know of a run that was made by other rules than those of now; null where they are the same. */
export function otherModelText(run: Pick<RunRecord, 'runId' | 'manifest'>): string | null {
  const made = executionModelOf(run)
  if (made === EXECUTION_MODEL) return null
  const age = made < EXECUTION_MODEL ? 'an older' : 'a newer'
  return `run ${run.runId} was made by ${age} execution model, ${made}; this Assay computes by ${EXECUTION_MODEL}`
}
