import { formatTime } from '../../../core/candles/time.js'
import type { AnswerRepository } from '../../../core/ports/answers.js'
import type { Database } from '../../postgres/session.js'

/** Answers that are given again, in either database. */
export function createAnswerRepository(database: Database): AnswerRepository {
  return {
    take: async (keyId, idempotencyKey, { requestHash, at }) => {
      const taken = await database.query(
        `insert into kept_answers (key_id, idempotency_key, request_hash, taken_at)
         values ($1, $2, $3, $4::text::timestamptz) on conflict do nothing returning 1`,
        [keyId, idempotencyKey, requestHash, formatTime(at)],
      )
      if (taken.length === 1) return null
      const [row] = await database.query(
        `select request_hash, status, body from kept_answers
         where key_id = $1 and idempotency_key = $2`,
        [keyId, idempotencyKey],
      )
      // Given back between the two questions: whoever asks again finds it free.
      if (row === undefined) return { requestHash, status: null, body: '' }
      const status = row['status'] ?? null
      return {
        requestHash: row['request_hash']!,
        status: status === null ? null : Number(status),
        body: row['body']!,
      }
    },
    keep: async (keyId, idempotencyKey, { status, body }) => {
      await database.query(
        `update kept_answers set status = $3::integer, body = $4
         where key_id = $1 and idempotency_key = $2`,
        [keyId, idempotencyKey, status, body],
      )
    },
    forget: async (keyId, idempotencyKey) => {
      await database.query(
        'delete from kept_answers where key_id = $1 and idempotency_key = $2 and status is null',
        [keyId, idempotencyKey],
      )
    },
    sweep: async before => {
      await database.query('delete from kept_answers where taken_at < $1::text::timestamptz', [
        formatTime(before),
      ])
    },
  }
}
