import type { Redis } from 'ioredis'
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible'
import { ApiError } from '../problem.js'

/** Seconds that a window lasts. */
const WINDOW_SECONDS = 2
/** Requests a minute of an address that shows no key. */
const OPEN_PER_MINUTE = 120
/** Wrong keys a minute of an address. */
const FAILURES_PER_MINUTE = 10

/** How many tokens there are. */
export interface RateLimits {
  /** Tokens a second that a key has. */
  readonly perSecond: number
}

/** What is left to a caller: the headers of every answer. */
export type LimitHeaders = Readonly<Record<string, string>>

/**
 * Limits callers: keys by tokens a second, addresses without a key by requests a minute, and
 * addresses that show wrong keys more tightly. It counts in Redis where there is one, and in memory
 * when that does not answer.
 */
export class RateLimit {
  private readonly keys: Bucket
  private readonly open: Bucket
  private readonly failures: Bucket

  constructor({ perSecond }: RateLimits, redis: Redis | null) {
    const bucket = (name: string, points: number, duration: number): Bucket => ({
      name,
      points,
      duration,
      limiter: limiterOf({ keyPrefix: `assay:limit:${name}`, points, duration }, redis),
    })
    this.keys = bucket('key', perSecond * WINDOW_SECONDS, WINDOW_SECONDS)
    this.open = bucket('address', OPEN_PER_MINUTE, 60)
    this.failures = bucket('failures', FAILURES_PER_MINUTE, 60)
  }

  /** @throws ApiError RATE_LIMITED */
  ofKey(keyId: string, cost: number): Promise<LimitHeaders> {
    return consume(this.keys, keyId, cost)
  }

  /** @throws ApiError RATE_LIMITED */
  ofAddress(address: string): Promise<LimitHeaders> {
    return consume(this.open, placeOf(address), 1)
  }

  /** Counts a wrong key. @throws ApiError RATE_LIMITED where there were too many */
  ofFailure(address: string): Promise<LimitHeaders> {
    return consume(this.failures, placeOf(address), 1)
  }
}

interface Bucket {
  readonly name: string
  readonly points: number
  readonly duration: number
  readonly limiter: RateLimiterAbstract
}

function limiterOf(
  options: { readonly keyPrefix: string; readonly points: number; readonly duration: number },
  redis: Redis | null,
): RateLimiterAbstract {
  const memory = new RateLimiterMemory(options)
  if (redis === null) return memory
  return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory })
}

async function consume(bucket: Bucket, who: string, cost: number): Promise<LimitHeaders> {
  if (cost === 0) return {}
  try {
    return headersOf(bucket, await bucket.limiter.consume(who, cost))
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error
    const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000))
    throw new ApiError(
      'RATE_LIMITED',
      `more than ${bucket.points} tokens in ${bucket.duration} s were asked for`,
      {
        hint: `ask again in ${seconds} s; docs/api.md says what each route costs`,
        headers: { ...headersOf(bucket, error), 'retry-after': String(seconds) },
      },
    )
  }
}

/** As the IETF draft on rate limit headers has them. */
function headersOf({ name, points, duration }: Bucket, left: RateLimiterRes): LimitHeaders {
  return {
    'ratelimit-policy': `"${name}";q=${points};w=${duration}`,
    ratelimit: `"${name}";r=${Math.max(0, left.remainingPoints)};t=${Math.ceil(left.msBeforeNext / 1000)}`,
  }
}

/** An address that limits go by: whoever has one of IPv6 has the 64 bits behind it too. */
function placeOf(address: string): string {
  const isSix = address.includes(':') && !address.startsWith('::ffff:')
  return isSix ? address.split(':').slice(0, 4).join(':') : address
}
