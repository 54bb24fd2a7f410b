import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimeWindow } from '../../../../src/report/browser/figures/time-window.js'

const MOVES = ['left', 'right', 'in', 'out', 'all'] as const

describe('a window of time', () => {
  it('stays inside the whole, wherever it is moved', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e12 }),
        fc.integer({ min: 0, max: 1e11 }),
        fc.array(fc.constantFrom(...MOVES), { maxLength: 60 }),
        (first, length, moves) => {
          const window = new TimeWindow(first, first + length)
          for (const move of moves) window.move(move)
          const air = 1e-3
          expect(window.from).toBeGreaterThanOrEqual(first - air)
          expect(window.to).toBeLessThanOrEqual(Math.max(first + length, first + 1) + air)
          expect(window.to).toBeGreaterThan(window.from)
          window.move('all')
          expect(window.isWhole).toBe(true)
        },
      ),
    )
  })

  it('takes the times inside it, and the nearest one beyond each end', () => {
    const time = Array.from({ length: 101 }, (_, k) => k * 10)
    const window = new TimeWindow(0, 1000)
    expect(window.within(time)).toEqual([0, 101])
    window.move('in')
    expect([window.from, window.to]).toEqual([250, 750])
    expect(window.within(time)).toEqual([24, 77])
    window.move('left')
    expect([window.from, window.to]).toEqual([0, 500])
    expect(window.within(time)).toEqual([0, 52])
  })
})
