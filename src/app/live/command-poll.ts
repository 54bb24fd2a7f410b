import { AppError } from '../../core/errors.js'
import type { Clock } from '../../core/ports/clock.js'
import type { SessionRepository } from '../../core/ports/sessions.js'
import { pause } from '../../live/feed/pause.js'
import type { RunnerInput } from '../../live/runner/runner-input.js'

export interface PollTerms {
  readonly sessionId: string
  readonly fence: number
  /** How often it is looked for commands. */
  readonly everyMs: number
  readonly signal: AbortSignal
}

/**
 * What is ordered of a session from outside, as it comes; shows each time that its runner lives.
 * @throws AppError SESSION_TAKEN where another runner has taken the session over
 */
export async function* pollCommands(
  store: SessionRepository,
  { sessionId, fence, everyMs, signal }: PollTerms,
  clock: Clock,
): AsyncGenerator<readonly RunnerInput[]> {
  let known = 0
  while (!signal.aborted) {
    if (!(await store.beat(sessionId, fence, clock.now()))) {
      throw new AppError('SESSION_TAKEN', `session ${sessionId} is run by another process now`, {
        hint: `assay sessions show ${sessionId} says how it stands`,
      })
    }
    const waiting = (await store.waiting(sessionId)).filter(({ id }) => id > known)
    const at = clock.now()
    if (waiting.length > 0) {
      known = waiting[waiting.length - 1]!.id
      yield waiting.map(command => ({ kind: 'command', at, command }))
    } else yield [{ kind: 'beat', at }]
    await pause(clock, signal, everyMs)
  }
}
