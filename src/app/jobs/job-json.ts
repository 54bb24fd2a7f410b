import { formatTime, type Millis } from '../../core/candles/time.js'
import type { JobRecord } from '../../core/ports/jobs.js'

/** A job as programs see it. */
export function jobJson(job: JobRecord): Record<string, unknown> {
  const timeOf = (time: Millis | null): string | null => (time === null ? null : formatTime(time))
  return {
    id: job.jobId,
    kind: job.kind,
    state: job.state,
    request: asSent(job.request),
    key_id: job.keyId,
    created_at: formatTime(job.createdAt),
    started_at: timeOf(job.startedAt),
    ended_at: timeOf(job.endedAt),
    progress: job.progress,
    result: job.result,
    problem: job.problem,
  }
}

/** Options of a use case in the names that they were sent with; what is inside them stays as it is. */
function asSent(request: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(request as object).map(([name, value]) => [
      name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      value,
    ]),
  )
}
