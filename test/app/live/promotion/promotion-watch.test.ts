import { expect, it } from 'vitest'
import { watchPromotions } from '../../../../src/app/live/promotion/promotion-watch.js'
import { AppError } from '../../../../src/core/errors.js'
import type { PromotionRecord } from '../../../../src/core/ports/trading/promotions.js'
import { VirtualClock } from '../../../live/virtual-clock.js'

const promotion = (promotionId: string, strategies: readonly string[] = ['a']) => ({
  promotionId,
  symbol: 'SOL-USDC',
  strategies,
})

it('holds the legs of the one of several promotions that was revoked, and watches the others on', async () => {
  const clock = new VirtualClock(0)
  const revoked = new Set(['p2'])
  const find = (promotionId: string): Promise<PromotionRecord | undefined> => {
    const now = revoked.has(promotionId) ? { revokedAt: 1, revokedReason: 'wrong' } : {}
    return Promise.resolve({ promotionId, revokedAt: null, ...now } as PromotionRecord)
  }
  const signal = new AbortController().signal
  const both = [promotion('p1'), promotion('p2', ['b'])]
  const watched = watchPromotions({ find }, both, { clock, signal })
  expect((await watched.next()).value).toMatchObject([
    { name: 'promotion p2', isOn: true, legs: { symbol: 'SOL-USDC', strategies: ['b'] } },
  ])
  revoked.add('p1')
  expect((await watched.next()).value).toMatchObject([{ name: 'promotion p1' }])
  expect((await watched.next()).done).toBe(true)
})

it('holds entries once its promotion is revoked, and waits while nobody can say', async () => {
  const clock = new VirtualClock(0)
  const known: Pick<PromotionRecord, 'promotionId' | 'revokedAt' | 'revokedReason'> = {
    promotionId: 'p1',
    revokedAt: null,
    revokedReason: null,
  }
  let asked = 0
  const find = (): Promise<PromotionRecord | undefined> => {
    asked += 1
    if (asked === 1) return Promise.resolve(undefined)
    if (asked === 2) throw new AppError('DATABASE_AWAY', 'away', { hint: 'start it' })
    const isRevoked = asked > 3
    const now = isRevoked ? { revokedAt: 1, revokedReason: 'it was wrong' } : {}
    return Promise.resolve({ ...known, ...now } as PromotionRecord)
  }
  const signal = new AbortController().signal
  const watched = watchPromotions({ find }, [promotion('p1')], { clock, signal })
  const first = await watched.next()
  expect(first.value).toMatchObject([
    {
      kind: 'hold',
      name: 'promotion',
      isOn: true,
      reason: 'promotion p1 was revoked: it was wrong',
    },
  ])
  expect(asked).toBe(4)
  expect((await watched.next()).done).toBe(true)
})
