import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linkHash } from '../../src/backtest/run/record/event-log.js'
import type { PromotionRecord } from '../../src/core/ports/trading/promotions.js'
import { createAuditLog } from '../../src/data/store/sessions/audit-log.js'
import { createPromotionRepository } from '../../src/data/store/sessions/promotion-repository.js'
import type { Database } from '../../src/data/store/database.js'
import { pagesOf } from './session-store.js'

const AT = Date.UTC(2026, 2, 2, 12)

const promotionOf = (promotionId: string, change: Partial<PromotionRecord> = {}) => ({
  promotionId,
  runId: 'run',
  target: 'paper' as const,
  symbol: 'SOL-USDC',
  verdict: 'promoted' as const,
  createdAt: AT,
  manifest: { seed: 7 },
  gates: [{ name: 'stop', passed: true }],
  overrideReason: null,
  revokedAt: null,
  revokedReason: null,
  ...change,
})

/** What every database must do for promotions, and for the log of who did what. */
export function decisionStoreContract(name: string, open: () => Promise<Database>): void {
  describe(`promotions and the audit log on ${name}`, { concurrent: false }, () => {
    let database: Database
    beforeAll(async () => {
      database = await open()
    })
    afterAll(() => database.close())

    it('gives promotions back as they were saved, the newest first', async () => {
      const store = createPromotionRepository(database)
      const first = promotionOf('one')
      const second = promotionOf('two', {
        target: 'live',
        createdAt: AT + 1000,
        overrideReason: "it's \\ fine",
      })
      const refused = promotionOf('three', { verdict: 'refused', createdAt: AT - 1 })
      for (const one of [first, second, refused]) await store.save(one)
      const listed = (await store.list()).filter(({ promotionId }) => promotionId !== 'back')
      expect(listed).toEqual([second, first, refused])
      expect(await store.list(1)).toEqual([second])
      expect(await store.find('two')).toEqual(second)
      expect(await store.find('none')).toBeUndefined()
      await expect(store.save(first), 'a decision is not changed').rejects.toThrow(/duplicate key/)
    })

    it('takes a promotion back once', async () => {
      const store = createPromotionRepository(database)
      await store.save(promotionOf('back'))
      expect(await store.revoke('back', 'it drifted', AT + 5)).toBe(true)
      expect(await store.revoke('back', 'again', AT + 6)).toBe(false)
      expect(await store.revoke('none', 'x', AT)).toBe(false)
      expect(await store.find('back')).toMatchObject({
        revokedAt: AT + 5,
        revokedReason: 'it drifted',
      })
    })

    it('chains what was done, without a gap, from many at once', async () => {
      const log = createAuditLog(database, linkHash)
      const payloads = Array.from({ length: 20 }, (_, number) => ({ actor: 'ada', number }))
      const numbers = await Promise.all(
        payloads.map(payload => log.append({ time: AT, type: 'command', payload })),
      )
      // Other tests write to it too.
      const least = Math.min(...numbers)
      expect([...numbers].sort((a, b) => a - b)).toEqual(payloads.map((_, k) => least + k))
      const events = await pagesOf(log.read())
      let link = ''
      for (const { linkHash: stored, ...event } of events) {
        link = linkHash(link, [{ ...event, linkHash: null }])
        expect(stored).toBe(link)
      }
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, k) => k))
      expect(await pagesOf(log.read(18))).toEqual(events.slice(18))
    })

    it('writes down once what is told again by the same number', async () => {
      const log = createAuditLog(database, linkHash)
      const told = { time: AT, type: 'told', payload: { actor: 'ada', command_id: 7 } }
      const tell = (event = told) => log.append(event, 'command_id')
      const [first, ...others] = await Promise.all([tell(), tell(), tell()])
      expect(others).toEqual([first, first])
      expect(await tell({ ...told, payload: { actor: 'ada', command_id: 77 } })).toBe(first + 1)
      expect(await tell({ ...told, type: 'told else' }), 'of another type').toBe(first + 2)
      expect(await log.append(told), 'without a number it is another one').toBe(first + 3)
    })
  })
}
