import { formatTime } from '../../../core/candles/time.js'
import type { AlertMark, AlertMarks } from '../../../core/ports/server/alerts.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'

/** Alerts that somebody has seen, in either database. */
export function createAlertMarks(database: Database): AlertMarks {
  return {
    mark: async ({ subject, number, actor, markedAt, note }) => {
      await database.query(
        `insert into alert_marks (subject, number, actor, marked_at, note)
         values ($1, $2::bigint, $3, $4::text::timestamptz, $5)
         on conflict (subject) do update set number = excluded.number, actor = excluded.actor,
           marked_at = excluded.marked_at, note = excluded.note
         where alert_marks.number < excluded.number`,
        [subject, number, actor, formatTime(markedAt), note],
      )
    },
    of: async subjects => {
      const rows = await database.query(
        `select subject, number, actor, extract(epoch from marked_at) as marked_at, note
         from alert_marks where subject = any($1::text[])`,
        [subjects],
      )
      return new Map(rows.map(row => [row['subject']!, markOf(row)]))
    },
  }
}

function markOf(row: Row): AlertMark {
  return {
    subject: row['subject']!,
    number: Number(row['number']),
    actor: row['actor']!,
    markedAt: epochMillis(row['marked_at']!),
    note: row['note']!,
  }
}
