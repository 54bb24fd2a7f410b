import type { FastifyReply, FastifyRequest } from 'fastify'
import { allows } from '../../core/ports/server/keys.js'
import type { Access, Desk } from '../api.js'
import { ApiError } from '../problem.js'
import type { Refusal } from './key-ring.js'
import type { RateLimit } from './rate-limit.js'

/** How the server is reached, and what holds whoever calls it. */
export interface Guard {
  readonly limits: RateLimit
  /** Throws where a request is for another server, or comes from a page of another site. */
  readonly checkHost: (headers: {
    readonly host?: string | undefined
    readonly origin?: string | undefined
  }) => void
  /** Whether it is reached by TLS. */
  readonly isSecure: boolean
  /** Addresses of proxies that may say for whom they ask. */
  readonly proxies: readonly string[]
  /** Told of each request that is refused, in words. */
  readonly onRefusal?: (reason: string) => void
}

/** What an address without a route costs: those who look for holes pay for it. */
const ELSEWHERE: Access = { scope: 'read', cost: 1 }

/** Lets a request in or refuses it: host, key, limit, scope, in this order. */
export function admission({ keyRing }: Desk, guard: Guard) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store')
    const { host, origin, authorization } = request.headers
    guard.checkHost({ host, origin })
    const { scope, cost } = request.routeOptions.config.access ?? ELSEWHERE
    if (scope === 'open') {
      if (cost > 0) reply.headers(await guard.limits.ofAddress(request.ip))
      return
    }
    const found = await keyRing.check(authorization)
    if (typeof found === 'string') {
      guard.onRefusal?.(found)
      throw await unauthenticated(guard, request.ip, found)
    }
    reply.headers(await guard.limits.ofKey(found.keyId, cost))
    if (!allows(found.scope, scope)) {
      guard.onRefusal?.('scope')
      throw new ApiError(
        'FORBIDDEN',
        `this takes a key of scope ${scope}, and yours is ${found.scope}`,
        {
          hint: `assay keys create --scope ${scope}`,
        },
      )
    }
    request.caller = found
  }
}

async function unauthenticated(
  { limits }: Guard,
  address: string,
  refusal: Refusal,
): Promise<ApiError> {
  const headers =
    refusal === 'missing' ? await limits.ofAddress(address) : await limits.ofFailure(address)
  return new ApiError('UNAUTHENTICATED', REFUSALS[refusal], {
    hint: 'send Authorization: Bearer KEY; assay keys create --scope read makes one',
    headers: { ...headers, 'www-authenticate': 'Bearer' },
  })
}

/** Only who holds the secret of a key hears that it has expired or was revoked. */
const REFUSALS: Readonly<Record<Refusal, string>> = {
  missing: 'this takes a key',
  malformed: 'the Authorization header holds no key of this server',
  unknown: 'the key is not known here',
  expired: 'the key has expired',
  revoked: 'the key was revoked',
}
