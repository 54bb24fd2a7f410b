import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  crossed,
  crossedOver,
  crossedUnder,
  isAbove,
  isBelow,
  type View,
} from '../../../src/core/strategy/strategy.js'
import { exceeds } from '../../../src/core/tolerance.js'

/** A view of two values, the older first. */
function view(before: number, now: number): View {
  return { at: ago => (ago === 0 ? now : before) }
}

/** Values that are often equal, nearly equal, or absent. */
const VALUE = fc.oneof(
  fc.constantFrom(NaN, 0, -0, 1, -1, 0.3, 0.1 + 0.2, 1 + 1e-12, 1 + 3e-12, -1 - 3e-12, 2, 1e-300),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
)

test('a number exceeds another by more than 1e-12 of the larger size', () => {
  expect(exceeds(0.1 + 0.2, 0.3)).toBe(false)
  expect(exceeds(0.3, 0.1 + 0.2)).toBe(false)
  expect(exceeds(1 + 3e-12, 1)).toBe(true)
  expect(exceeds(-1, -1 - 3e-12)).toBe(true)
  expect(exceeds(0, 0)).toBe(false)
  expect(exceeds(1e-300, 0)).toBe(true)
  fc.assert(
    fc.property(VALUE, VALUE, (x, y) => {
      const larger = Math.max(Math.abs(x), Math.abs(y))
      expect(exceeds(x, y)).toBe(x - y > 1e-12 * larger)
    }),
    { numRuns: 2000 },
  )
})

test('views and numbers are above and below as they are now', () => {
  expect(isAbove(view(0, 2), view(9, 1))).toBe(true)
  expect(isAbove(view(0, 2), 1)).toBe(true)
  expect(isBelow(1, view(0, 2))).toBe(true)
  expect(isBelow(view(0, 0.1 + 0.2), 0.3)).toBe(false)
  expect(isAbove(view(0, 0.1 + 0.2), 0.3)).toBe(false)
  expect(isAbove(view(0, NaN), 0)).toBe(false)
})

test('a cross needs a value before it that was not above, and one that is', () => {
  fc.assert(
    fc.property(VALUE, VALUE, VALUE, VALUE, (a1, b1, a0, b0) => {
      const [a, b] = [view(a1, a0), view(b1, b0)]
      const isKnown = !Number.isNaN(a1) && !Number.isNaN(b1)
      expect(crossedOver(a, b)).toBe(isKnown && !exceeds(a1, b1) && exceeds(a0, b0))
      expect(crossedUnder(a, b)).toBe(isKnown && !exceeds(b1, a1) && exceeds(b0, a0))
      expect(crossed(a, b)).toBe(crossedOver(a, b) ? 1 : crossedUnder(a, b) ? -1 : 0)
    }),
    { numRuns: 2000 },
  )
})

test('a tie is no cross, and leaving it is one', () => {
  const tie = 0.1 + 0.2
  expect(crossed(view(0.2, tie), view(0.3, 0.3))).toBe(0)
  expect(crossed(view(tie, 0.4), view(0.3, 0.3))).toBe(1)
  expect(crossed(view(tie, 0.2), view(0.3, 0.3))).toBe(-1)
})
