import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Window, WindowMax } from '../../../src/core/indicators/window.js'
import { WindowSum } from '../../../src/core/indicators/sums/window-sum.js'

const CASES = fc.tuple(
  fc.integer({ min: 1, max: 9 }),
  fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 }),
)

test('a window holds the last numbers, the newest first', () => {
  fc.assert(
    fc.property(CASES, ([length, values]) => {
      const window = new Window(length)
      values.forEach((value, i) => {
        expect(window.push(value)).toBe(i >= length - 1)
        const held = Array.from({ length: window.count }, (_, ago) => window.at(ago))
        expect(held).toEqual(values.slice(Math.max(0, i - length + 1), i + 1).reverse())
      })
    }),
  )
})

test('a window sum is the sum of what is held', () => {
  fc.assert(
    fc.property(CASES, ([length, values]) => {
      const window = new WindowSum(length)
      values.forEach((value, i) => {
        expect(window.push(value)).toBe(i >= length - 1)
        const held = values.slice(Math.max(0, i - length + 1), i + 1)
        expect(window.sum).toBe(held.reduce((sum, x) => sum + x, 0))
      })
    }),
  )
})

test('a window sum keeps no residue of what has left', () => {
  const window = new WindowSum(3)
  for (const value of [1e20, 0.1, 3e15, 0, 0, 0]) window.push(value)
  expect(window.sum).toBe(0)
})

test('a window maximum is the newest of the largest', () => {
  fc.assert(
    fc.property(CASES, ([length, values]) => {
      const window = new WindowMax(length)
      values.forEach((value, i) => {
        expect(window.push(value)).toBe(i >= length - 1)
        const held = values.slice(Math.max(0, i - length + 1), i + 1).reverse()
        expect(window.max).toBe(Math.max(...held))
        expect(window.age).toBe(held.indexOf(Math.max(...held)))
      })
    }),
  )
})
