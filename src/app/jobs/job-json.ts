import { snakeCase } from '../../core/canonical.js'
import { formatTime, formatTimeOrNull } from '../../core/candles/time.js'
import type { JobRecord } from '../../core/ports/server/jobs.js'

/** A job as programs see it. */
export function jobJson(job: JobRecord): Record<string, unknown> {
  return {
    id: job.jobId,
    kind: job.kind,
    state: job.state,
    request: asSent(job.request),
    key_id: job.keyId,
    created_at: formatTime(job.createdAt),
    started_at: formatTimeOrNull(job.startedAt),
    ended_at: formatTimeOrNull(job.endedAt),
    progress: job.progress,
    result: job.result,
    problem: job.problem,
  }
}

/** Options of a use case in the names that they were sent with; what is inside them stays as it is. */
function asSent(request: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(request as object).map(([name, value]) => [snakeCase(name), value]),
  )
}
