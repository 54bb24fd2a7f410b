import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldsOf } from '../../../src/backtest/walk-forward/folds.js'
import { DAY_MS } from '../../../src/core/candles/time.js'

const days = (count: number): number => count * DAY_MS

describe('folds', () => {
  it('test what follows each training, without gap or overlap, purge and embargo apart', () => {
    const lengths = fc.record({
      from: fc.nat(1000),
      span: fc.integer({ min: 1, max: 900 }),
      train: fc.integer({ min: 1, max: 300 }),
      test: fc.integer({ min: 1, max: 120 }),
      purge: fc.nat(20),
      embargo: fc.nat(20),
      isAnchored: fc.boolean(),
    })
    fc.assert(
      fc.property(lengths, ({ from, span, train, test, purge, embargo, isAnchored }) => {
        const plan = {
          trainMs: days(train),
          testMs: days(test),
          purgeMs: days(purge),
          embargoMs: days(embargo),
          isAnchored,
        }
        const make = (): ReturnType<typeof foldsOf> => foldsOf(days(from), days(from + span), plan)
        if (purge + embargo >= train || train + test > span) {
          expect(make).toThrow()
          return
        }
        const folds = make()
        expect(folds).toHaveLength(Math.floor((span - train) / test))
        folds.forEach((fold, k) => {
          expect(fold.testFrom).toBe(days(from + train + k * test))
          expect(fold.testTo - fold.testFrom).toBe(days(test))
          expect(fold.testFrom - fold.trainTo).toBe(days(purge + embargo))
          expect(fold.trainFrom).toBe(isAnchored ? days(from) : fold.testFrom - days(train))
          expect(fold.testTo).toBeLessThanOrEqual(days(from + span))
        })
      }),
    )
  })

  it('say what they need where none fits', () => {
    const plan = {
      trainMs: days(90),
      testMs: days(30),
      isAnchored: false,
      purgeMs: 0,
      embargoMs: 0,
    }
    expect(() => foldsOf(0, days(100), plan)).toThrow(/need 120d, but the candles reach from 1970/)
    expect(() => foldsOf(0, days(300), { ...plan, purgeMs: days(90) })).toThrow(/leaves nothing/)
  })
})
