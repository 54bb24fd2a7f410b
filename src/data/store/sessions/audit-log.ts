import type { AuditLog } from '../../../core/ports/audit.js'
import type { EventRecord } from '../../../core/ports/events.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Row, Session } from '../../postgres/session.js'

const PAGE_ROWS = 5000
/** Any number, as long as every Assay uses the same one. */
const LOCK = 7_104_926

/** The audit log in either database; `linkHash` gives the link of an event from the one before. */
export function createAuditLog(
  database: Database,
  linkHash: (before: string, batch: readonly EventRecord[]) => string,
): AuditLog {
  return {
    append: ({ time, type, payload }) =>
      database.transaction(async session => {
        await session.query(`select pg_advisory_xact_lock(${LOCK})`)
        const { seq, link } = await lastOf(session)
        const event = { seq: seq + 1, time, type, payload, linkHash: null }
        await session.query(
          `insert into audit_events (seq, time, type, payload, link_hash)
           values ($1::bigint, $2::text::timestamptz, $3, $4::text::jsonb, $5)`,
          [event.seq, formatTime(time), type, JSON.stringify(payload), linkHash(link, [event])],
        )
        return event.seq
      }),
    read: (since = 0) => readAudit(database, since),
  }
}

async function lastOf(session: Session): Promise<{ seq: number; link: string }> {
  const [row] = await session.query(
    'select seq, link_hash from audit_events order by seq desc limit 1',
  )
  return row === undefined
    ? { seq: -1, link: '' }
    : { seq: Number(row['seq']), link: row['link_hash']! }
}

async function* readAudit(
  database: Database,
  since: number,
): AsyncIterable<readonly EventRecord[]> {
  for (let next = since; ;) {
    const rows = await database.query(
      `select seq, extract(epoch from time) as time, type, payload, link_hash from audit_events
       where seq >= $1::bigint order by seq limit ${PAGE_ROWS}`,
      [next],
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
    payload: JSON.parse(row['payload']!) as unknown,
    linkHash: row['link_hash']!,
  }
}
