import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { newId } from '../../app/workspace/new-id.js'
import type { AnswerRepository, KeptAnswer } from '../../core/ports/server/answers.js'
import type { Desk } from '../api.js'
import { ApiError } from '../problem.js'

/** Answers are given again for so long. */
export const KEPT_MS = 24 * 3_600_000

/**
 * Does what a request asks once, however often it is sent with the same `Idempotency-Key`: later ones
 * are given the first answer. Without that header it is done each time, unless the header is `required`.
 * @param work stores its effect under the id that it is given: where whoever began it did not come to
 *   its end, it is asked again with the same id, and finds what stands there
 * @throws ApiError IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_REUSED, STILL_RUNNING
 */
export async function once<T>(
  desk: Desk,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (requestId: string) => Promise<T>,
  { isRequired = false }: { readonly isRequired?: boolean } = {},
): Promise<T> {
  const key = keyOf(request, isRequired)
  if (key === null) return work(newId())
  const { underWay } = desk
  const name = `${request.caller!.keyId} ${key}`
  const isIdle = !underWay.has(name)
  underWay.add(name)
  try {
    return await takenOnce(desk, request, reply, work, { key, isIdle })
  } finally {
    if (isIdle) underWay.delete(name)
  }
}

async function takenOnce<T>(
  { workspace, clock, jobs }: Desk,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (requestId: string) => Promise<T>,
  { key, isIdle }: { readonly key: string; readonly isIdle: boolean },
): Promise<T> {
  const { keyId } = request.caller!
  const answers = await workspace.answers()
  const requestHash = hashOf(request)
  const found = await answers.take(keyId, key, {
    requestHash,
    at: clock.now(),
    serverId: jobs.serverId,
    requestId: newId(),
    isIdle,
  })
  if (found.kind === 'kept') return again<T>(found.answer, { requestHash, key }, reply)
  const answer = await work(found.requestId).catch((error: unknown) =>
    giveBack(answers, [keyId, key], error),
  )
  const body = JSON.stringify({ answer, location: reply.getHeader('location') ?? null })
  // Where it cannot be kept it is done all the same: whoever asks again is led to what was done.
  await answers.keep(keyId, key, { status: reply.statusCode, body })
  return answer
}

/** What it failed of is told, whether or not the key can be given back: it is dropped here anyway. */
async function giveBack(
  answers: AnswerRepository,
  names: readonly [keyId: string, key: string],
  error: unknown,
): Promise<never> {
  await answers.giveBack(...names).catch(() => undefined)
  throw error
}

function again<T>(
  kept: KeptAnswer,
  { requestHash, key }: { readonly requestHash: string; readonly key: string },
  reply: FastifyReply,
): T {
  if (kept.requestHash !== requestHash) {
    throw new ApiError(
      'IDEMPOTENCY_KEY_REUSED',
      `Idempotency-Key "${key}" was sent with another request`,
      { hint: 'draw a new key for each thing that is asked' },
    )
  }
  if (kept.status === null) {
    throw new ApiError('STILL_RUNNING', 'the same request is being answered', {
      hint: 'ask again in a second, with the same key; if its server has died, the next one finds what was done within 15 s',
      headers: { 'retry-after': '1' },
    })
  }
  const { answer, location } = JSON.parse(kept.body) as { answer: T; location: string | null }
  reply.code(kept.status).header('idempotent-replayed', 'true')
  if (location !== null) reply.header('location', location)
  return answer
}

function keyOf({ headers }: FastifyRequest, isRequired: boolean): string | null {
  const key = headers['idempotency-key']
  if (typeof key === 'string' && /^[\x21-\x7e]{8,128}$/.test(key)) return key
  if (key === undefined && !isRequired) return null
  throw new ApiError(
    'IDEMPOTENCY_KEY_MISSING',
    key === undefined
      ? 'Idempotency-Key is missing'
      : 'Idempotency-Key must have 8 to 128 printable characters',
    { hint: 'send Idempotency-Key: UUID, the same when the same request is sent again' },
  )
}

function hashOf({ method, url, body }: FastifyRequest): string {
  return createHash('sha256')
    .update(`${method} ${url} ${JSON.stringify(body) ?? ''}`)
    .digest('hex')
}
