import { describe, expect, it } from 'vitest'
import {
  SOBOL_DIMENSIONS_MAX,
  sobolSequence,
} from '../../../../src/core/search/methods/sobol-sequence.js'

const points = (dimensions: number, count: number): number[][] => {
  const next = sobolSequence(dimensions)
  return Array.from({ length: count }, () => [...next()].map(number => number / 2 ** 32))
}

describe('sobolSequence', () => {
  it('gives the first ten points that Joe and Kuo print for three dimensions', () => {
    // https://web.maths.unsw.edu.au/~fkuo/sobol/ : sobol 10 3 new-joe-kuo-6.21201
    expect(points(3, 10)).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
      [0.1875, 0.3125, 0.9375],
      [0.6875, 0.8125, 0.4375],
    ])
  })

  it('puts one of the first 2^k points into each 2^k-th of every dimension', () => {
    const drawn = points(SOBOL_DIMENSIONS_MAX, 4096)
    for (let bits = 1; bits <= 12; bits++) {
      const count = 2 ** bits
      for (let d = 0; d < SOBOL_DIMENSIONS_MAX; d++) {
        const cells = new Set(drawn.slice(0, count).map(point => Math.floor(point[d]! * count)))
        expect(cells.size, `dimension ${d + 1}`).toBe(count)
      }
    }
  })

  it('has property A, for which the numbers were chosen', () => {
    // The first 2^d points lie one in each of the 2^d halves-in-every-dimension of the cube.
    for (let dimensions = 1; dimensions <= 14; dimensions++) {
      const drawn = points(dimensions, 2 ** dimensions)
      const cells = new Set(drawn.map(point => point.map(x => (x < 0.5 ? 0 : 1)).join('')))
      expect(cells.size, `${dimensions} dimensions`).toBe(2 ** dimensions)
    }
  })
})
