import { AppError } from '../../../core/errors.js'
import type { Millis } from '../../../core/candles/time.js'
import type {
  SessionRecord,
  SessionRepository,
  StoredSession,
} from '../../../core/ports/trading/sessions.js'
import { findRecord, type StoredRecords } from '../../records/record-lookup.js'

/** A runner that has shown no sign of life for so long is gone. */
const GONE_AFTER_MS = 15_000

/** A session by id, by the beginning of its id, or `latest`. @throws AppError UNKNOWN_SESSION */
export async function findSession(
  store: SessionRepository,
  reference: string,
): Promise<StoredSession> {
  const idsOf = async (limit: number): Promise<string[]> =>
    (await store.list(limit)).map(({ sessionId }) => sessionId)
  const known: StoredRecords<StoredSession> = {
    noun: 'session',
    code: 'UNKNOWN_SESSION',
    hint: 'assay sessions list shows them',
    get: id => store.find(id),
    latest: async () => {
      const [newest] = await idsOf(1)
      return newest === undefined ? undefined : store.find(newest)
    },
    ids: idsOf,
  }
  return findRecord(known, reference)
}

/**
 * The session that is meant where none is named: the only one that runs.
 * @throws AppError UNKNOWN_SESSION where none runs, or several do
 */
export async function meantSession(
  store: SessionRepository,
  reference: string | undefined,
): Promise<SessionRecord> {
  if (reference !== undefined) return (await findSession(store, reference)).record
  const running = await store.list(10_000, 'running')
  if (running.length === 1) return running[0]!
  const many = running.map(({ sessionId }) => sessionId).join(', ')
  throw new AppError(
    'UNKNOWN_SESSION',
    running.length === 0
      ? 'no session is running'
      : `${running.length} sessions are running: ${many}`,
    {
      hint:
        running.length === 0
          ? 'assay sessions list shows those that have ended'
          : 'name one: --session ID',
    },
  )
}

/** How a session stands, for people and programs: `gone` where nobody runs it though it has not ended. */
export function standingOf({ state, beatAt }: SessionRecord, now: Millis): string {
  return state === 'running' && now - beatAt > GONE_AFTER_MS ? 'gone' : state
}
