import { formatTime } from '../../../core/candles/time.js'
import type {
  AnswerRepository,
  TakenAnswer,
  WantedAnswer,
} from '../../../core/ports/server/answers.js'
import type { Database } from '../../postgres/session.js'

/** Answers that are given again, in either database. */
export function createAnswerRepository(database: Database): AnswerRepository {
  return {
    take: (keyId, idempotencyKey, request) => take(database, [keyId, idempotencyKey], request),
    keep: async (keyId, idempotencyKey, { status, body }) => {
      await database.query(
        `update kept_answers set status = $3::integer, body = $4
         where key_id = $1 and idempotency_key = $2`,
        [keyId, idempotencyKey, status, body],
      )
    },
    giveBack: async (keyId, idempotencyKey) => {
      await database.query(
        `update kept_answers set server_id = null
         where key_id = $1 and idempotency_key = $2 and status is null`,
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

/**
 * A key without an answer is free where it was given back; of the same request also where its server has
 * gone, or is this one and has dropped it. The effect keeps its name, so that it is found where it stands.
 */
const TAKE = `
insert into kept_answers as kept (key_id, idempotency_key, request_hash, taken_at, server_id, request_id)
values ($1, $2, $3, $4::text::timestamptz, $5, $6)
on conflict (key_id, idempotency_key) do update
set request_hash = excluded.request_hash, taken_at = excluded.taken_at, server_id = excluded.server_id,
  request_id = case when kept.request_hash = excluded.request_hash
    then coalesce(kept.request_id, excluded.request_id) else excluded.request_id end
where kept.status is null and (
  kept.server_id is null
  or kept.request_hash = excluded.request_hash and (
    kept.server_id = excluded.server_id and $7::boolean
    or not exists (select 1 from api_servers s where s.server_id = kept.server_id)))
returning request_id`

async function take(
  database: Database,
  names: readonly [keyId: string, idempotencyKey: string],
  { requestHash, at, serverId, requestId, isIdle }: WantedAnswer,
): Promise<TakenAnswer> {
  const [taken] = await database.query(TAKE, [
    ...names,
    requestHash,
    formatTime(at),
    serverId,
    requestId,
    isIdle,
  ])
  if (taken !== undefined) return { kind: 'taken', requestId: taken['request_id']! }
  const [row] = await database.query(
    `select request_hash, status, body from kept_answers
     where key_id = $1 and idempotency_key = $2`,
    names,
  )
  // Swept between the two questions: whoever asks again finds it free.
  if (row === undefined) return { kind: 'kept', answer: { requestHash, status: null, body: '' } }
  const status = row['status'] ?? null
  return {
    kind: 'kept',
    answer: {
      requestHash: row['request_hash']!,
      status: status === null ? null : Number(status),
      body: row['body']!,
    },
  }
}
