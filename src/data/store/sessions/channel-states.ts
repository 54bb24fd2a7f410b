import { formatTimeOrNull } from '../../../core/candles/time.js'
import type { ChannelState, ChannelStates } from '../../../core/ports/trading/channels.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillisOrNull } from '../../postgres/sql.js'

/** How channels of sessions fare, in either database. */
export function createChannelStates(database: Database): ChannelStates {
  return {
    report: async (sessionId, states) => {
      await database.query(
        `insert into session_channels
           (session_id, channel, type, kinds, sent, failed, waiting, sent_at, failed_at, problem)
         select $1, channel, type, kinds, sent, failed, waiting, sent_at, failed_at, problem
         from jsonb_to_recordset($2::text::jsonb) as c(channel text, type text, kinds jsonb, sent bigint,
           failed bigint, waiting bigint, sent_at timestamptz, failed_at timestamptz, problem text)
         on conflict (session_id, channel) do update set type = excluded.type, kinds = excluded.kinds,
           sent = excluded.sent, failed = excluded.failed, waiting = excluded.waiting,
           sent_at = excluded.sent_at, failed_at = excluded.failed_at, problem = excluded.problem`,
        [sessionId, JSON.stringify(states.map(rowOf))],
      )
    },
    of: async sessionIds =>
      (
        await database.query(
          `select session_id, channel, type, kinds, sent, failed, waiting,
             extract(epoch from sent_at) as sent_at, extract(epoch from failed_at) as failed_at, problem
           from session_channels where session_id = any($1::text[]) order by session_id, channel`,
          [sessionIds],
        )
      ).map(row => ({ sessionId: row['session_id']!, ...stateOf(row) })),
  }
}

function rowOf({ sentAt, failedAt, ...state }: ChannelState): object {
  return { ...state, sent_at: formatTimeOrNull(sentAt), failed_at: formatTimeOrNull(failedAt) }
}

function stateOf(row: Row): ChannelState {
  return {
    channel: row['channel']!,
    type: row['type']!,
    kinds: JSON.parse(row['kinds']!) as string[],
    sent: Number(row['sent']),
    failed: Number(row['failed']),
    waiting: Number(row['waiting']),
    sentAt: epochMillisOrNull(row['sent_at']),
    failedAt: epochMillisOrNull(row['failed_at']),
    problem: row['problem'] ?? null,
  }
}
