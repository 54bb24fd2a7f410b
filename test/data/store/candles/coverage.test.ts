import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Coverage, CoverageState } from '../../../../src/core/ports/market/coverage.js'
import { overlay, uncovered } from '../../../../src/data/store/candles/coverage.js'

const END = 30
const intervals = fc
  .record({
    since: fc.integer({ min: 0, max: END - 1 }),
    length: fc.integer({ min: 1, max: 8 }),
    state: fc.constantFrom<CoverageState>('candles', 'empty', 'failed', 'unavailable'),
    isSettled: fc.boolean(),
  })
  .map(({ since, length, ...rest }): Coverage => ({
    since,
    until: Math.min(END, since + length),
    reason: null,
    ...rest,
  }))

/** What each instant holds, one after the other. */
function painted(all: readonly Coverage[]): string[] {
  const instants = new Array<string>(END).fill('')
  for (const { since, until, state, isSettled } of all) {
    instants.fill(`${state} ${String(isSettled)}`, since, until)
  }
  return instants
}

it('holds at each instant what was noted last, as painting over does', () => {
  fc.assert(
    fc.property(fc.array(fc.array(intervals, { maxLength: 4 }), { maxLength: 6 }), batches => {
      let known: readonly Coverage[] = []
      for (const batch of batches) known = overlay(known, batch)
      expect(painted(known)).toEqual(painted(batches.flat()))
      for (let i = 1; i < known.length; i++) {
        const [before, next] = [known[i - 1]!, known[i]!]
        expect(before.until).toBeLessThanOrEqual(next.since)
        const isJoined = before.until === next.since
        if (isJoined)
          expect({ ...before, since: 0, until: 0 }).not.toEqual({ ...next, since: 0, until: 0 })
      }
    }),
  )
})

it('leaves exactly the instants that nothing covers', () => {
  fc.assert(
    fc.property(intervals, fc.array(intervals, { maxLength: 6 }), (asked, covered) => {
      const left = new Set<number>()
      for (const { since, until } of uncovered(asked, covered)) {
        for (let t = since; t < until; t++) left.add(t)
      }
      for (let t = asked.since; t < asked.until; t++) {
        expect(left.has(t)).toBe(covered.every(one => t < one.since || t >= one.until))
      }
      expect([...left].every(t => t >= asked.since && t < asked.until)).toBe(true)
    }),
  )
})
