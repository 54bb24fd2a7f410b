import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isOrdered,
  listDimension,
  rangeDimension,
  rankOf,
  isCountable,
  placeOf,
  searchSpace,
  unrank,
} from '../../../src/core/search/space.js'
import { anySpace, failure } from './spaces.js'

const valuesOf = (from: number, to: number, step: number): unknown[] => {
  const range = rangeDimension('x', { from, to, step })
  return Array.from({ length: range.count }, (_, k) => range.at(k))
}

/** So many dimensions of 500 values. */
function uncountable(dimensions: number) {
  return searchSpace(
    Array.from({ length: dimensions }, (_, d) =>
      rangeDimension(`d${d}`, { from: 1, to: 500, step: 1 }),
    ),
  )
}

describe('searchSpace', () => {
  it('ranks and unranks each point once, the last dimension fastest', () => {
    fc.assert(
      fc.property(anySpace, space => {
        let before: readonly number[] | null = null
        for (let rank = 0; rank < space.size; rank++) {
          const point = unrank(space, rank)
          expect(rankOf(space, point)).toBe(rank)
          for (const [d, index] of point.entries()) {
            expect(index).toBeGreaterThanOrEqual(0)
            expect(index).toBeLessThan(space.dimensions[d]!.count)
          }
          if (before) {
            const first = point.findIndex((index, d) => index !== before![d])
            expect(point[first]).toBe(before[first]! + 1)
            expect(point.slice(first + 1).every(index => index === 0)).toBe(true)
          }
          before = point
        }
      }),
    )
  })

  it('ranks the far ends of spaces up to 2^53 - 1', () => {
    const counts = [6361, 69431, 20394401]
    const space = searchSpace(
      counts.map((count, d) => rangeDimension(`d${d}`, { from: 1, to: count, step: 1 })),
    )
    expect(space.size).toBe(Number.MAX_SAFE_INTEGER)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: space.size - 1 }), rank => {
        expect(rankOf(space, unrank(space, rank))).toBe(rank)
      }),
    )
    expect(unrank(space, space.size - 1)).toEqual(counts.map(count => count - 1))
  })

  it('holds one point without dimensions', () => {
    const space = searchSpace([])
    expect(space.size).toBe(1)
    expect(unrank(space, 0)).toEqual([])
  })

  it('tells points apart where there are more than a number can count', () => {
    const space = uncountable(20)
    expect(isCountable(space)).toBe(false)
    const point = fc.array(fc.nat(499), { minLength: 20, maxLength: 20 })
    fc.assert(
      fc.property(point, fc.nat(19), fc.nat(499), (one, d, index) => {
        const other = one.with(d, index)
        expect(placeOf(space, one) === placeOf(space, other)).toBe(one[d] === index)
      }),
    )
    expect(searchSpace([]).size).toBe(1)
  })
})

describe('rangeDimension', () => {
  it('gives the doubles that the decimals stand for', () => {
    expect(valuesOf(0.01, 0.05, 0.01)).toEqual([0.01, 0.02, 0.03, 0.04, 0.05])
    expect(valuesOf(0, 1, 0.1)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    expect(valuesOf(-0.3, 0.3, 0.15)).toEqual([-0.3, -0.15, 0, 0.15, 0.3])
    expect(valuesOf(1e-7, 3e-7, 1e-7)).toEqual([1e-7, 2e-7, 3e-7])
  })

  it('ends with the last step that does not pass the end', () => {
    expect(valuesOf(5, 50, 20)).toEqual([5, 25, 45])
    expect(valuesOf(0.1, 0.35, 0.1)).toEqual([0.1, 0.2, 0.3])
    expect(valuesOf(3, 3, 1)).toEqual([3])
  })

  it('is exact for every decimal range', () => {
    const decimal = fc.tuple(
      fc.integer({ min: -99_999, max: 99_999 }),
      fc.integer({ max: 6, min: 0 }),
    )
    fc.assert(
      fc.property(decimal, fc.integer({ min: 1, max: 999 }), fc.nat(60), ([units, d], step, n) => {
        const text = (whole: number): string => `${whole}e-${d}`
        const range = rangeDimension('x', {
          from: Number(text(units)),
          to: Number(text(units + n * step)),
          step: Number(text(step)),
        })
        expect(range.count).toBe(n + 1)
        for (let k = 0; k <= n; k++) expect(range.at(k)).toBe(Number(text(units + k * step)) + 0)
      }),
    )
  })

  it('refuses more digits than doubles can count', () => {
    for (const step of [1e-17, 1e-30, 5e-324]) {
      const error = failure(() => rangeDimension('x', { from: 0, to: 1, step }))
      expect(error.code).toBe('INVALID_GRID')
    }
  })

  it('makes no list of its values', () => {
    const range = rangeDimension('x', { from: 0, to: 1e14, step: 1 })
    expect([range.count, range.at(1e14)]).toEqual([1e14 + 1, 1e14])
  })
})

describe('isOrdered', () => {
  it('holds for numbers and for what says so, not for words and flags', () => {
    expect(isOrdered(listDimension('x', [1, 2]))).toBe(true)
    expect(isOrdered(listDimension('x', [1, '25%']))).toBe(false)
    expect(isOrdered(listDimension('x', ['1h', '4h']))).toBe(false)
    expect(isOrdered(listDimension('x', [false, true]))).toBe(false)
    expect(isOrdered({ name: 'x', count: 2, at: k => `${k}%`, isOrdered: true })).toBe(true)
  })
})
