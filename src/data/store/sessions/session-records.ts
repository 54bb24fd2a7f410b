import type { SessionInput, SessionRepository } from '../../../core/ports/trading/sessions.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'

/** What sessions have kept, as it is read afterwards, in either database. */
export function sessionRecords(
  database: Database,
): Pick<SessionRepository, 'trades' | 'tradePage' | 'marks' | 'lastInputs'> {
  return {
    trades: async sessionId =>
      (
        await database.query(
          'select trade from session_trades where session_id = $1 order by number',
          [sessionId],
        )
      ).map(row => JSON.parse(row['trade']!) as unknown),
    lastInputs: async (sessionId, kinds, limit) =>
      (
        await database.query(
          `select seq, extract(epoch from time) as time, kind, payload from session_inputs
           where session_id = $1 and kind = any($2::text[]) order by seq desc limit $3::bigint`,
          [sessionId, kinds, limit],
        )
      )
        .map(inputOf)
        .reverse(),
    tradePage: (sessionId, page) => tradePage(database, sessionId, page),
    marks: async (sessionId, since) =>
      (
        await database.query(
          `select extract(epoch from time) as time, equity from session_marks
           where session_id = $1 and time >= coalesce($2::text::timestamptz, '-infinity') order by time`,
          [sessionId, since === undefined ? null : formatTime(since)],
        )
      ).map(row => ({ time: epochMillis(row['time']!), equity: Number(row['equity']) })),
  }
}

/** A row of the table of inputs. */
export function inputOf(row: Row): SessionInput {
  return {
    seq: Number(row['seq']),
    time: epochMillis(row['time']!),
    kind: row['kind']!,
    payload: JSON.parse(row['payload']!) as unknown,
  }
}

/** Numbers of the table have gaps: those of other sessions. Trades are known by their place in their own. */
async function tradePage(
  database: Database,
  sessionId: string,
  { before, limit }: Parameters<SessionRepository['tradePage']>[1],
): ReturnType<SessionRepository['tradePage']> {
  const end = before ?? (await countOf(database, sessionId))
  const begin = Math.max(0, end - limit)
  const rows = await database.query(
    `select trade from session_trades where session_id = $1 order by number
     offset $2::bigint limit $3::bigint`,
    [sessionId, begin, end - begin],
  )
  return rows
    .map((row, k) => ({ number: begin + k, trade: JSON.parse(row['trade']!) as unknown }))
    .reverse()
}

async function countOf(database: Database, sessionId: string): Promise<number> {
  const [row] = await database.query(
    'select count(*) as count from session_trades where session_id = $1',
    [sessionId],
  )
  return Number(row!['count'])
}
