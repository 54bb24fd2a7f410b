import { Redis } from 'ioredis'
import { AppError } from '../../core/errors.js'
import { hasStrayLogin } from '../../data/postgres/stray-login.js'

const CONNECT_MS = 5_000
const RETRY_MS_MAX = 2_000

const AWAY_HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'start the server, or correct host and port in REDIS_URL',
  ENOTFOUND: 'correct the host name in REDIS_URL',
  EAI_AGAIN: 'correct the host name in REDIS_URL, or try again when the network is back',
  ETIMEDOUT: 'see whether a firewall stands between, or correct REDIS_URL',
}

/**
 * Connects to Redis. A connection that breaks later is opened again for as long as it takes; `log`
 * hears of both. What is asked meanwhile waits, or fails after `answerMs` where that is given.
 * @throws AppError REDIS_AWAY where it cannot be reached at first
 */
export async function connectRedis(
  url: string,
  log: (message: string) => void,
  { answerMs }: { readonly answerMs?: number } = {},
): Promise<Redis> {
  const place = redisPlace(url)
  let isOpen = false
  let cause: Error | undefined
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: null,
    ...(answerMs !== undefined && { commandTimeout: answerMs }),
    retryStrategy: times => (isOpen ? Math.min(times * 100, RETRY_MS_MAX) : null),
  })
  redis.on('error', (error: Error) => (cause = error))
  try {
    await redis.connect()
    await redis.ping()
  } catch (error) {
    // On a connection that has ended it would only wait for an end that comes no more.
    if (redis.status !== 'end') redis.disconnect()
    throw away(place, cause ?? (error as Error))
  }
  isOpen = true
  tellOfBreaks(redis, place, log)
  return redis
}

/** Longest that somebody waits for an answer who can do without: twice in a request is within 200 ms. */
export const QUICK_MS = 80

/**
 * A connection for what can do without Redis: nothing waits for it, whether it is away, slow or
 * frozen. It is opened again for as long as it takes.
 */
export function quickRedis(url: string, log: (message: string) => void): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 300,
    commandTimeout: QUICK_MS,
    retryStrategy: times => Math.min(times * 100, RETRY_MS_MAX),
  })
  // Breaks are told below; an error without a listener would end the process.
  redis.on('error', () => undefined)
  tellOfBreaks(redis, redisPlace(url), log)
  return redis
}

/** Host and port of a Redis address; what else stands in it stays secret. @throws AppError REDIS_AWAY */
export function redisPlace(url: string): string {
  try {
    const { protocol, hostname, port } = new URL(url)
    if (/^rediss?:$/.test(protocol) && !hasStrayLogin(url)) {
      return `${hostname || 'localhost'}:${port || '6379'}`
    }
  } catch {
    // Not an address at all, which is said below.
  }
  throw new AppError('REDIS_AWAY', 'REDIS_URL is not a Redis address', {
    hint: 'write it as redis://user:password@host:6379, with special characters percent-encoded',
  })
}

function away(place: string, error: Error): AppError {
  const code = 'code' in error ? String(error.code) : ''
  const reason = error.message === '' ? code : error.message
  const isLogin = /WRONGPASS|NOAUTH|NOPERM/.test(reason)
  return new AppError('REDIS_AWAY', `cannot use Redis at ${place}: ${reason}`, {
    hint: isLogin
      ? 'correct user and password in REDIS_URL'
      : (AWAY_HINTS[code] ?? 'correct REDIS_URL, or start the server'),
    data: { reason: code },
  })
}

function tellOfBreaks(redis: Redis, place: string, log: (message: string) => void): void {
  let isBroken = false
  redis.on('close', () => {
    if (isBroken || redis.status === 'end') return
    isBroken = true
    log(`Redis at ${place} is away; waiting for it`)
  })
  redis.on('ready', () => {
    if (isBroken) log(`Redis at ${place} is back`)
    isBroken = false
  })
}
