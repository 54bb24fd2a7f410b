import type { SessionCommand, SessionRepository } from '../../../core/ports/trading/sessions.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillis, epochMillisOrNull } from '../../postgres/sql.js'

const COMMAND = `select id, session_id, command, actor, extract(epoch from asked_at) as asked_at,
  extract(epoch from taken_at) as taken_at, outcome from session_commands`

/** What is ordered of sessions from outside, in either database. */
export function commandQueue(
  database: Database,
): Pick<SessionRepository, 'ask' | 'requested' | 'waiting' | 'command' | 'commands'> {
  return {
    ask: async ({ sessionId, command, actor, askedAt }, requestId) => {
      const [row] = await database.query(
        `insert into session_commands (session_id, command, actor, asked_at, request_id)
         values ($1, $2::text::jsonb, $3, $4::text::timestamptz, $5)
         on conflict (request_id) do update set request_id = excluded.request_id returning id`,
        [sessionId, JSON.stringify(command), actor, formatTime(askedAt), requestId ?? null],
      )
      return Number(row!['id'])
    },
    requested: async requestId => {
      const [row] = await database.query(`${COMMAND} where request_id = $1`, [requestId])
      return row && commandOf(row)
    },
    waiting: async sessionId =>
      (
        await database.query(
          `${COMMAND} where session_id = $1 and taken_at is null order by id limit 100`,
          [sessionId],
        )
      ).map(commandOf),
    command: async id => {
      const [row] = await database.query(`${COMMAND} where id = $1::bigint`, [id])
      return row && commandOf(row)
    },
    commands: async sessionId =>
      (
        await database.query(`${COMMAND} where session_id = $1 order by id desc limit 1000`, [
          sessionId,
        ])
      ).map(commandOf),
  }
}

function commandOf(row: Row): SessionCommand {
  return {
    id: Number(row['id']),
    sessionId: row['session_id']!,
    command: JSON.parse(row['command']!) as unknown,
    actor: row['actor']!,
    askedAt: epochMillis(row['asked_at']!),
    takenAt: epochMillisOrNull(row['taken_at']),
    outcome: row['outcome'] ?? null,
  }
}
