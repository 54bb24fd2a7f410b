import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plateauScores } from '../../../src/core/search/plateau.js'
import type { Point } from '../../../src/core/search/search.js'
import {
  isOrdered,
  listDimension,
  rangeDimension,
  searchSpace,
  unrank,
} from '../../../src/core/search/space.js'
import { anySpace } from './spaces.js'

const across = rangeDimension('a', { from: 1, to: 3, step: 1 })

describe('plateauScores', () => {
  it('is the mean of a point and its neighbours along each dimension', () => {
    const space = searchSpace([across, { ...across, name: 'b' }])
    const points = Array.from({ length: 9 }, (_, rank) => unrank(space, rank))
    const scores = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    const plateaus = plateauScores(space, points, scores)
    expect(plateaus[4]).toEqual({ score: 5, neighbours: 4 })
    expect(plateaus[0]).toEqual({ score: (1 + 2 + 4) / 3, neighbours: 2 })
    expect(plateaus[2]).toEqual({ score: (3 + 2 + 6) / 3, neighbours: 2 })
  })

  it('knows no neighbours among words', () => {
    const space = searchSpace([listDimension('mode', ['x', 'y', 'z']), across])
    const points = Array.from({ length: 9 }, (_, rank) => unrank(space, rank))
    const plateaus = plateauScores(space, points, [0, 0, 0, 6, 9, 9, 0, 0, 0])
    expect(plateaus[4]).toEqual({ score: 8, neighbours: 2 })
  })

  it('is what the definition says, where points and scores are missing', () => {
    fc.assert(
      fc.property(anySpace, fc.infiniteStream(fc.nat(9)), (space, digits) => {
        const points: Point[] = []
        const scores: (number | null)[] = []
        for (let rank = 0; rank < space.size; rank++) {
          const digit = digits.next().value!
          if (digit < 3) continue
          points.push(unrank(space, rank))
          scores.push(digit === 3 ? null : digit)
        }
        const distance = (a: Point, b: Point): number =>
          a.reduce((sum, index, d) => {
            const apart = Math.abs(index - b[d]!)
            return sum + (apart === 0 || isOrdered(space.dimensions[d]!) ? apart : Infinity)
          }, 0)
        const plateaus = plateauScores(space, points, scores)
        const sample = points.length > 40 ? points.slice(0, 40) : points
        for (const [k, point] of sample.entries()) {
          const near = scores.filter(
            (score, j) => score !== null && distance(point, points[j]!) === 1,
          )
          if (scores[k] === null) expect(plateaus[k]).toEqual({ score: null, neighbours: 0 })
          else {
            const sum = near.reduce<number>((total, score) => total + score!, scores[k]!)
            expect(plateaus[k]!.neighbours).toBe(near.length)
            expect(plateaus[k]!.score).toBeCloseTo(sum / (near.length + 1), 12)
          }
        }
      }),
    )
  })
})
