import type { AuditLog } from '../../../core/ports/trading/audit.js'
import type { EventRecord } from '../../../core/ports/research/events.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Session } from '../../postgres/session.js'
import { eventPages } from '../../postgres/numbered-pages.js'

/** Any number, as long as every Assay uses the same one. */
const LOCK = 7_104_926

/** The audit log in either database; `linkHash` gives the link of an event from the one before. */
export function createAuditLog(
  database: Database,
  linkHash: (before: string, batch: readonly EventRecord[]) => string,
): AuditLog {
  return {
    append: ({ time, type, payload }, once) =>
      database.transaction(async session => {
        await session.query(`select pg_advisory_xact_lock(${LOCK})`)
        const known =
          once === undefined ? null : await standing(session, type, [once, payload[once]])
        if (known !== null) return known
        const { seq, link } = await lastOf(session)
        const event = { seq: seq + 1, time, type, payload, linkHash: null }
        await session.query(
          `insert into audit_events (seq, time, type, payload, link_hash)
           values ($1::bigint, $2::text::timestamptz, $3, $4::text::jsonb, $5)`,
          [event.seq, formatTime(time), type, JSON.stringify(payload), linkHash(link, [event])],
        )
        return event.seq
      }),
    read: (since = 0) => eventPages(database, { table: 'audit_events' }, since),
  }
}

/** Number of the event of a type that has a value in a field of its payload; null for none. */
async function standing(
  session: Session,
  type: string,
  [field, value]: readonly [string, unknown],
): Promise<number | null> {
  const [row] = await session.query(
    `select seq from audit_events
     where type = $1 and payload -> $2::text = $3::text::jsonb order by seq limit 1`,
    [type, field, JSON.stringify(value ?? null)],
  )
  return row === undefined ? null : Number(row['seq'])
}

async function lastOf(session: Session): Promise<{ seq: number; link: string }> {
  const [row] = await session.query(
    'select seq, link_hash from audit_events order by seq desc limit 1',
  )
  return row === undefined
    ? { seq: -1, link: '' }
    : { seq: Number(row['seq']), link: row['link_hash']! }
}
