import { describe, expect, it } from 'vitest'
import { createSearch, SEARCH_METHODS } from '../../../src/core/search/methods.js'
import { plateauScores } from '../../../src/core/search/plateau.js'
import type { Point } from '../../../src/core/search/search.js'
import { rangeDimension, searchSpace } from '../../../src/core/search/space.js'

const COUNT = 500
/** Twenty parameters of 500 values: 500^20 sets. */
const space = searchSpace(
  Array.from({ length: 20 }, (_, d) => rangeDimension(`d${d}`, { from: 1, to: COUNT, step: 1 })),
)
const allows = (point: Point): boolean => point[0]! < point[1]!
/** The nearer to the middle of every range, the better. */
const scoreOf = (point: Point): number =>
  -point.reduce((sum, index) => sum + Math.abs(index - COUNT / 2), 0)

function pointsOf(method: (typeof SEARCH_METHODS)[number], trials: number): Point[] {
  const search = createSearch(method, { space, allows, trials, seed: 3 })
  const points: Point[] = []
  for (let round = search.next(); round.length > 0; round = search.next()) {
    points.push(...round)
    search.tell(round.map(scoreOf))
  }
  return points
}

describe('a space of more sets than a number can count', () => {
  it.each(SEARCH_METHODS.filter(method => method !== 'grid'))(
    'is searched by %s: allowed sets, none twice, the same each time',
    method => {
      const points = pointsOf(method, 200)
      expect(points).toHaveLength(200)
      expect(points.every(allows)).toBe(true)
      expect(new Set(points.map(point => point.join())).size).toBe(200)
      expect(pointsOf(method, 200)).toEqual(points)
    },
  )

  it('is searched better by a guided search than by chance', () => {
    const bestOf = (method: 'tpe' | 'genetic' | 'random'): number =>
      Math.max(...pointsOf(method, 600).map(scoreOf))
    expect(bestOf('tpe')).toBeGreaterThan(bestOf('random'))
    expect(bestOf('genetic')).toBeGreaterThan(bestOf('random'))
  })

  it('is not gone through whole', () => {
    const refused = /more combinations \("d0 500, .*"\) than can be tried/
    const whole = { space, allows, seed: 3 }
    expect(() => createSearch('grid', { ...whole, trials: 9 })).toThrow(refused)
    expect(() => createSearch('random', { ...whole, trials: Infinity })).toThrow(refused)
  })

  it('has plateaus', () => {
    const middle = Array.from({ length: 20 }, () => 7)
    const points = [middle, middle.with(3, 8), middle.with(4, 6), middle.with(5, 9)]
    expect(plateauScores(space, points, [1, 2, 3, 100])[0]).toEqual({ score: 2, neighbours: 2 })
  })
})
