import type { EventRecord, EventRepository } from '../../../core/ports/research/events.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Session } from '../../postgres/session.js'
import { copyRows } from '../../postgres/sql.js'
import { eventPages } from '../../postgres/numbered-pages.js'
import { lockRun } from './run-lock.js'

/** Events of runs in either database; each number once. */
export function createEventRepository(database: Database): EventRepository {
  return {
    append: (runId, events) => copyEvents(database, runId, events),
    replace: (runId, events) =>
      database.transaction(async session => {
        await lockRun(session, runId)
        await session.query('delete from events where run_id = $1', [runId])
        await copyEvents(session, runId, events)
      }),
    read: (runId, since = 0) =>
      eventPages(database, { table: 'events', owner: ['run_id', runId] }, since),
  }
}

function copyEvents(
  session: Session,
  runId: string,
  events: readonly EventRecord[],
): Promise<void> {
  return session.copyIn(
    'copy events (run_id, seq, time, type, payload, link_hash) from stdin',
    copyRows(rowsOf(runId, events)),
  )
}

function* rowsOf(
  runId: string,
  events: readonly EventRecord[],
): Iterable<readonly (string | number | null)[]> {
  for (const { seq, time, type, payload, linkHash } of events) {
    yield [runId, seq, formatTime(time), type, JSON.stringify(payload), linkHash]
  }
}
