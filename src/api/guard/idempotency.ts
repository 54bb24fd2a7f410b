import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Desk } from '../api.js'
import { ApiError } from '../problem.js'

/** Answers are given again for so long. */
export const KEPT_MS = 24 * 3_600_000

/**
 * Does what a request asks once, however often it is sent with the same `Idempotency-Key`: later ones
 * are given the first answer. Without that header it is done each time, unless the header is `required`.
 * @throws ApiError IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_REUSED, STILL_RUNNING
 */
export async function once<T>(
  { workspace, clock }: Desk,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<T>,
  { isRequired = false }: { readonly isRequired?: boolean } = {},
): Promise<T> {
  const key = keyOf(request, isRequired)
  if (key === null) return work()
  const { keyId } = request.caller!
  const answers = await workspace.answers()
  const requestHash = hashOf(request)
  const kept = await answers.take(keyId, key, { requestHash, at: clock.now() })
  if (kept === null) {
    const answer = await work().catch(async (error: unknown) => {
      await answers.forget(keyId, key)
      throw error
    })
    // It is done now: an answer that cannot be kept must not let it be done again.
    const body = JSON.stringify({ answer, location: reply.getHeader('location') ?? null })
    await answers.keep(keyId, key, { status: reply.statusCode, body })
    return answer
  }
  if (kept.requestHash !== requestHash) {
    throw new ApiError(
      'IDEMPOTENCY_KEY_REUSED',
      `Idempotency-Key "${key}" was sent with another request`,
      { hint: 'draw a new key for each thing that is asked' },
    )
  }
  if (kept.status === null) {
    throw new ApiError('STILL_RUNNING', 'the same request is being answered', {
      hint: 'ask again in a second, with the same key',
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
