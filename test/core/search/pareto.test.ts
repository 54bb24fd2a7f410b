import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRng } from '../../../src/core/random.js'
import { paretoFront } from '../../../src/core/search/pareto.js'

type Scores = readonly (number | null)[]

/** By the definition, point against point. */
function naiveFront(scores: readonly Scores[]): number[] {
  const isComplete = (own: Scores): boolean => own.every(score => score !== null)
  const dominates = (a: Scores, b: Scores): boolean =>
    a.every((score, k) => score! >= b[k]!) && a.some((score, k) => score! > b[k]!)
  const places = scores.map((_, place) => place).filter(place => isComplete(scores[place]!))
  return places.filter(place => !places.some(other => dominates(scores[other]!, scores[place]!)))
}

describe('paretoFront', () => {
  it('is what the definition says, for one to four objectives with ties and gaps', () => {
    const anyScore = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -4, max: 4 }) },
      { weight: 1, arbitrary: fc.constant(null) },
    )
    const anyScores = fc
      .integer({ min: 1, max: 4 })
      .chain(k => fc.array(fc.array(anyScore, { minLength: k, maxLength: k }), { maxLength: 60 }))
    fc.assert(
      fc.property(anyScores, scores => {
        expect(paretoFront(scores)).toEqual(naiveFront(scores))
      }),
      { numRuns: 500 },
    )
  })

  it('keeps equal points together', () => {
    expect(
      paretoFront([
        [1, 1],
        [2, 0],
        [1, 1],
        [0, 1],
      ]),
    ).toEqual([0, 1, 2])
    expect(paretoFront([])).toEqual([])
    expect(paretoFront([[null, 3]])).toEqual([])
  })

  it('goes through a hundred thousand points that are all on it', () => {
    const rng = seededRng(1)
    const scores = Array.from({ length: 100_000 }, () => {
      const x = rng.next()
      return [x, -x]
    })
    expect(paretoFront(scores).length).toBe(100_000)
  })
})
