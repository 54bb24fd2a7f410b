import { expect, it } from 'vitest'
import { watchPromotion } from '../../../../src/app/live/promotion/promotion-watch.js'
import { AppError } from '../../../../src/core/errors.js'
import type { PromotionRecord } from '../../../../src/core/ports/promotions.js'
import { VirtualClock } from '../../../live/virtual-clock.js'

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
  const watched = watchPromotion({ find }, 'p1', { clock, signal })
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
