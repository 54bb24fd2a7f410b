import fc from 'fast-check'
import { AppError } from '../../../src/core/errors.js'
import type { Point, Search, SearchSpace } from '../../../src/core/search/search.js'
import { listDimension, rangeDimension, searchSpace } from '../../../src/core/search/space.js'

/** Small spaces of numbers and of words, of 1 to some thousand points. */
export const anySpace: fc.Arbitrary<SearchSpace> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { maxLength: 4 })
  .map(counts => searchSpace(counts.map(([count, isNumber], d) => dimension(d, count, isNumber))))

function dimension(d: number, count: number, isNumber: boolean) {
  const name = `p${d}`
  if (isNumber) return rangeDimension(name, { from: 0, to: (count - 1) / 10, step: 0.1 })
  return listDimension(
    name,
    Array.from({ length: count }, (_, k) => `word ${k}`),
  )
}

/** All rounds of a search; scores are made by `score`. */
export function allRounds(
  search: Search,
  score: (point: Point) => number | null,
): readonly (readonly Point[])[] {
  const rounds: (readonly Point[])[] = []
  for (;;) {
    const round = search.next()
    if (round.length === 0) return rounds
    rounds.push(round)
    search.tell(round.map(score))
  }
}

export const failure = (work: () => unknown): AppError => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
