import type { Clock } from '../../../core/ports/clock.js'
import { sessionTaken } from '../../../core/ports/trading/session-loss.js'
import { pause } from '../../../live/feed/pause.js'
import type { PatientStore } from '../../../live/runner/patient-store.js'
import type { RunnerInput } from '../../../live/runner/runner-input.js'

export interface PollTerms {
  readonly sessionId: string
  readonly fence: number
  /** How often it is looked for commands. */
  readonly everyMs: number
  readonly signal: AbortSignal
}

/**
 * What is ordered of a session from outside, as it comes; shows each time that its runner lives, and
 * says when the database was away.
 * @throws AppError SESSION_TAKEN where another runner has taken the session over
 */
export async function* pollCommands(
  store: PatientStore,
  { sessionId, fence, everyMs, signal }: PollTerms,
  clock: Clock,
): AsyncGenerator<readonly RunnerInput[]> {
  let known = 0
  while (!signal.aborted) {
    await showLife(store, { sessionId, fence }, clock)
    for (const { since, until, reason } of store.absences()) {
      yield [
        { kind: 'say', at: until, event: { type: 'database.back', time: until, since, reason } },
      ]
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

/** Shows that the runner of a session lives. @throws AppError SESSION_TAKEN */
export async function showLife(
  store: Pick<PatientStore, 'beat' | 'find'>,
  { sessionId, fence }: Pick<PollTerms, 'sessionId' | 'fence'>,
  clock: Clock,
): Promise<void> {
  if (await store.beat(sessionId, fence, clock.now())) return
  throw sessionTaken(sessionId, fence, (await store.find(sessionId))?.record)
}
