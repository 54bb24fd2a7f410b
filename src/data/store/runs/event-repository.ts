import type { EventRecord, EventRepository } from '../../../core/ports/events.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Row, Session } from '../../postgres/session.js'
import { copyRows } from '../../postgres/sql.js'
import { lockRun } from './run-lock.js'

const PAGE_ROWS = 10_000

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
    read: (runId, since = 0) => readEvents(database, runId, since),
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

async function* readEvents(
  database: Database,
  runId: string,
  since: number,
): AsyncIterable<readonly EventRecord[]> {
  for (let next = since; ;) {
    const rows = await database.query(
      `select seq, extract(epoch from time) as time, type, payload, link_hash from events
       where run_id = $1 and seq >= $2::bigint order by seq limit ${PAGE_ROWS}`,
      [runId, next],
    )
    if (rows.length > 0) yield rows.map(eventOf)
    if (rows.length < PAGE_ROWS) return
    next = Number(rows[rows.length - 1]!['seq']) + 1
  }
}

function eventOf(row: Row): EventRecord {
  return {
    seq: Number(row['seq']),
    time: Math.round(Number(row['time']) * 1000),
    type: row['type']!,
    payload: JSON.parse(row['payload']!),
    linkHash: row['link_hash'] ?? null,
  }
}
