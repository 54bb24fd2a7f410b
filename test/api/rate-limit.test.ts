import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RateLimit } from '../../src/api/guard/rate-limit.js'
import { quickRedis } from '../../src/app/workspace/redis.js'
import { startRedis, whyNoRedis, type RedisServer } from '../distributed/redis-server.js'

const identity = (error: unknown): unknown => error
const LIMITS = { perSecond: 3 }
/** Of a window. */
const TOKENS = 6
const REFUSED = { code: 'RATE_LIMITED', status: 429 }

describe('limits in memory', () => {
  it('are used up by what a request costs, each key for itself', async () => {
    const limits = new RateLimit(LIMITS, null)
    expect(await limits.ofKey('one', 5)).toMatchObject({
      ratelimit: expect.stringMatching(/r=1;/) as string,
    })
    await expect(limits.ofKey('one', 5)).rejects.toMatchObject(REFUSED)
    expect(await limits.ofKey('one', 0), 'a kill waits for no limit').toEqual({})
    expect(await limits.ofKey('two', 5)).toHaveProperty('ratelimit-policy', '"key";q=6;w=2')
  })

  it('take all addresses behind one of IPv6 for one, and those of IPv4 apart', async () => {
    const limits = new RateLimit(LIMITS, null)
    for (let k = 0; k < 10; k++) await limits.ofFailure(`2001:db8:1:2::${k}`)
    await expect(limits.ofFailure('2001:db8:1:2:ffff::1')).rejects.toMatchObject(REFUSED)
    await limits.ofFailure('2001:db8:1:3::1')
    for (let k = 0; k < 20; k++) await limits.ofFailure(`::ffff:10.0.0.${k}`)
  })
})

const noRedis = whyNoRedis()
if (noRedis === undefined || process.env['ASSAY_CI'] === '1') {
  describe('limits in Redis', { concurrent: false, shuffle: false }, () => {
    let server: RedisServer
    let redis: Redis
    const log: string[] = []
    beforeAll(async () => {
      expect(noRedis, 'CI must have Redis').toBeUndefined()
      server = await startRedis()
      redis = quickRedis(server.url, text => void log.push(text))
      await new Promise(done => redis.once('ready', done))
    })
    afterAll(async () => {
      redis.disconnect()
      await server.stop()
    })

    it('are shared by all servers', async () => {
      await redis.set('assay:limit:key:shared', TOKENS, 'PX', 600_000)
      await expect(new RateLimit(LIMITS, redis).ofKey('shared', 1)).rejects.toMatchObject(REFUSED)
      await new RateLimit(LIMITS, redis).ofKey('other', 2)
      expect(await redis.get('assay:limit:key:other')).toBe('2')
    })

    /** The key is used up in Redis: whoever lets it through has counted in memory. */
    async function isCountedHere(): Promise<void> {
      const { ratelimit } = await new RateLimit(LIMITS, redis).ofKey('shared', 1)
      expect(ratelimit).toMatch(/r=5;/)
    }

    it('are counted here while it is frozen, and there when it answers again', async () => {
      server.freeze()
      const limits = new RateLimit(LIMITS, redis)
      const all = Array.from({ length: TOKENS }, () => limits.ofKey('shared', 1))
      expect(await Promise.all(all)).toHaveLength(TOKENS)
      await expect(limits.ofKey('shared', 1)).rejects.toMatchObject(REFUSED)
      await isCountedHere()
      server.thaw()
      // It has to catch up first.
      const asked = () => new RateLimit(LIMITS, redis).ofKey('shared', 1)
      let refusal: unknown = null
      while (refusal === null) refusal = await asked().then(() => null, identity)
      expect(refusal).toMatchObject(REFUSED)
    })

    it('are counted here while it is away', async () => {
      const isClosed = new Promise(done => redis.once('close', done))
      await server.restart()
      await isClosed
      await isCountedHere()
      expect(log.join('\n')).toContain('is away')
    })
  })
} else {
  it.skip(`limits in Redis: skipped, ${noRedis}`)
}
