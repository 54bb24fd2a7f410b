import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededPermutation } from '../../../src/core/search/permutation.js'

describe('seededPermutation', () => {
  it('gives each number once, for every size and seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (size, seed) => {
        const at = seededPermutation(size, seed)
        const seen = new Set(Array.from({ length: size }, (_, rank) => at(rank)))
        expect(seen.size).toBe(size)
        expect(Math.min(...seen)).toBe(0)
        expect(Math.max(...seen)).toBe(size - 1)
      }),
    )
  })

  it('stays inside the largest sizes, without repetition', () => {
    for (const size of [2 ** 53 - 1, 2 ** 52 + 1, 2 ** 32, 2 ** 31 - 1]) {
      const at = seededPermutation(size, 5)
      const seen = new Set(Array.from({ length: 2000 }, (_, rank) => at(rank)))
      expect(seen.size).toBe(2000)
      for (const value of seen) {
        expect(Number.isSafeInteger(value) && value >= 0 && value < size).toBe(true)
      }
    }
  })
})
