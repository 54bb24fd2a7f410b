import {
  ALARM_TYPES,
  type EventFeed,
  type FeedEvent,
} from '../../../core/ports/server/event-feed.js'
import type { Database, Row, Session } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'

/** Any number, as long as every Assay uses the same one. */
const LOCK = 7_104_927
/** Events numbered in one transaction, so that a long history holds up nobody for long. */
const BATCH_ROWS = 10_000

const BEHIND = `from sessions s left join event_feed_heads h using (session_id)
  where s.last_event_seq > coalesce(h.seq, -1)`

const EVENT = `select f.number, f.session_id, f.seq, extract(epoch from e.time) as time, e.type, e.payload
  from event_feed f join session_events e on e.session_id = f.session_id and e.seq = f.seq`

/** The one order of all sessions' events, in either database. */
export function createEventFeed(database: Database): EventFeed {
  return {
    advance: async () => {
      for (;;) {
        const [row] = await database.query(
          `select (select count(*) ${BEHIND}) as behind, (select max(number) from event_feed) as last`,
        )
        if (row!['behind'] === '0') return Number(row!['last'] ?? 0)
        if (!(await database.transaction(numberNext))) return Number(row!['last'] ?? 0)
      }
    },
    alarms: async (sessionIds, limit) =>
      (
        await database.query(
          `${EVENT} where e.session_id = any($1::text[])
             and e.type in (${ALARM_TYPES.map(type => `'${type}'`).join(', ')})
           order by f.number desc limit $2::bigint`,
          [sessionIds, limit],
        )
      ).map(eventOf),
    read: async ({ after, limit, sessionId, type }) =>
      (
        await database.query(
          `${EVENT}
           where f.number > $1::bigint and ($3::text is null or f.session_id = $3::text)
             and ($4::text is null or e.type = $4::text)
           order by f.number limit $2::bigint`,
          [after, limit, sessionId ?? null, type ?? null],
        )
      ).map(eventOf),
  }
}

/** @returns whether there was one without a number: somebody else may have been quicker */
async function numberNext(session: Session): Promise<boolean> {
  await session.query(`select pg_advisory_xact_lock(${LOCK})`)
  const numbered = await session.query(
    `with heads as (select s.session_id, s.created_at, coalesce(h.seq, -1) as seq ${BEHIND}),
       next as (
         select e.session_id, e.seq,
           row_number() over (order by h.created_at, e.session_id, e.seq) as place
         from heads h join session_events e on e.session_id = h.session_id and e.seq > h.seq
         order by place limit ${BATCH_ROWS}),
       numbered as (
         insert into event_feed (number, session_id, seq)
         select (select coalesce(max(number), 0) from event_feed) + place, session_id, seq from next
         returning session_id, seq)
     insert into event_feed_heads (session_id, seq)
     select session_id, max(seq) from numbered group by session_id
     on conflict (session_id) do update set seq = excluded.seq returning 1`,
  )
  return numbered.length > 0
}

function eventOf(row: Row): FeedEvent {
  return {
    number: Number(row['number']),
    sessionId: row['session_id']!,
    seq: Number(row['seq']),
    time: epochMillis(row['time']!),
    type: row['type']!,
    payload: JSON.parse(row['payload']!) as unknown,
  }
}
