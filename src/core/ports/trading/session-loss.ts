import { formatTime } from '../../candles/time.js'
import { AppError } from '../../errors.js'
import type { SessionRecord } from './sessions.js'

/** Why a runner may go on no more, by what the store says of its session; undefined where it is gone. */
export function sessionTaken(
  sessionId: string,
  fence: number,
  record: Pick<SessionRecord, 'state' | 'reason' | 'fence' | 'beatAt'> | undefined,
): AppError {
  return new AppError('SESSION_TAKEN', `session ${sessionId} ${loss(fence, record)}`, {
    hint: `assay sessions show ${sessionId} says how it stands`,
    data: { sessionId },
  })
}

function loss(fence: number, record: Parameters<typeof sessionTaken>[2]): string {
  if (record === undefined) return 'is in the database no more; this process stops'
  const { state, reason, beatAt } = record
  if (state !== 'running') {
    return `has ended as ${state}${reason === null ? '' : ` (${reason})`}; this process stops`
  }
  const runner = `runner ${record.fence}, last seen ${formatTime(beatAt)}`
  return `was taken over by another process while this one was silent (${runner}; this is runner ${fence}); this one stops`
}
