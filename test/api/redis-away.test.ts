import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QUICK_MS, quickRedis } from '../../src/app/workspace/redis.js'
import { startRedis, whyNoRedis, type RedisServer } from '../distributed/redis-server.js'
import { openApi, type ApiHouse } from './api-house.js'

const noRedis = whyNoRedis()
if (noRedis === undefined || process.env['ASSAY_CI'] === '1') {
  describe('a server whose Redis', { shuffle: false }, () => {
    let server: RedisServer
    let redis: Redis
    let house: ApiHouse
    let key: string
    beforeAll(async () => {
      expect(noRedis, 'CI must have Redis').toBeUndefined()
      server = await startRedis()
      redis = quickRedis(server.url, () => undefined)
      await new Promise(done => redis.once('ready', done))
      house = await openApi({ redis })
      key = await house.key()
    }, 120_000)
    afterAll(async () => {
      await house.close()
      redis.disconnect()
      await server.stop()
    })

    const ready = async () => (await house.ask('GET', '/ready', { key })).statusCode
    const AWAY = { status: 503, code: 'REDIS_AWAY' }

    it('answers is ready', async () => {
      expect(await ready()).toBe(200)
      const list = await house.ask('GET', '/v1/settings', { key })
      expect(list.json()).toEqual({ items: [], next: null })
    })

    // A request waits for Redis twice at most: for its limit, and for what it asks.
    it('is frozen says so, and waits no longer than it may', async () => {
      expect(2 * QUICK_MS).toBeLessThan(200)
      server.freeze()
      for (const path of ['/ready', '/v1/settings', '/v1/settings/SOL-USDC']) {
        const answer = await house.ask('GET', path, { key })
        expect(answer.json(), path).toMatchObject(AWAY)
        expect(answer.body).toContain('the kill switch go on without it')
      }
      expect((await house.ask('GET', '/v1/sessions', { key })).statusCode).toBe(200)
      server.thaw()
      while ((await ready()) !== 200);
    })

    it('has died says so, until it is back', async () => {
      const isClosed = new Promise(done => redis.once('close', done))
      const restarting = server.restart()
      await isClosed
      expect((await house.ask('GET', '/ready', { key })).json()).toMatchObject(AWAY)
      await restarting
      while ((await ready()) !== 200);
    })
  })
} else {
  it.skip(`a server whose Redis is away: skipped, ${noRedis}`)
}
