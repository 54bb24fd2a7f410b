import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createSearch,
  SEARCH_METHODS,
  type SearchMethod,
} from '../../../src/core/search/methods.js'
import type { Allows, Point, SearchSpace } from '../../../src/core/search/search.js'
import {
  listDimension,
  rangeDimension,
  rankOf,
  searchSpace,
  unrank,
} from '../../../src/core/search/space.js'
import { allRounds, anySpace, failure } from './spaces.js'

const anyMethod = fc.constantFrom(...SEARCH_METHODS)
const anySeed = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const anyTrials = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constant(Infinity))

/** Refuses a part of the points that looks like chance. */
const refusing =
  (space: SearchSpace, modulus: number): Allows =>
  point =>
    modulus === 0 || (rankOf(space, point) * 7919) % 101 >= modulus

/** Some scores, some null. */
const scoreOf =
  (space: SearchSpace) =>
  (point: Point): number | null => {
    const rank = rankOf(space, point)
    return rank % 5 === 3 ? null : Math.sin(rank)
  }

describe('every method', () => {
  it('proposes allowed points of the space, none twice, and as many as it can', () => {
    fc.assert(
      fc.property(
        anyMethod,
        anySpace,
        anyTrials,
        anySeed,
        fc.integer({ min: 0, max: 101 }),
        (method, space, trials, seed, modulus) => {
          const allows = refusing(space, modulus)
          const options = { space, allows, trials, seed, patience: Infinity }
          const search = createSearch(method, options)
          const points = allRounds(search, scoreOf(space)).flat()
          const ranks = points.map(point => rankOf(space, point))
          expect(new Set(ranks).size).toBe(ranks.length)
          expect(points.every(allows)).toBe(true)
          for (const [k, point] of points.entries()) expect(unrank(space, ranks[k]!)).toEqual(point)
          const all = Array.from({ length: space.size }, (_, rank) => unrank(space, rank))
          expect(points.length).toBe(Math.min(trials, all.filter(allows).length))
          expect(search.pointsMax).toBe(Math.min(trials, space.size))
          expect(search.next()).toEqual([])
        },
      ),
    )
  })

  it('proposes the same for the same seed, and mostly something else for another', () => {
    const space = searchSpace([
      rangeDimension('a', { from: 0, to: 99, step: 1 }),
      listDimension('b', ['x', 'y', 'z']),
      rangeDimension('c', { from: 0, to: 1, step: 0.01 }),
    ])
    const run = (method: SearchMethod, seed: number): readonly (readonly Point[])[] =>
      allRounds(
        createSearch(method, { space, allows: refusing(space, 20), trials: 300, seed }),
        scoreOf(space),
      )
    for (const method of SEARCH_METHODS) {
      expect(run(method, 7), method).toEqual(run(method, 7))
      if (method !== 'grid') expect(run(method, 7), method).not.toEqual(run(method, 8))
    }
  })

  it('costs nothing over two thousand million combinations but what is asked for', () => {
    const names = ['a', 'b', 'c', 'd']
    const space = searchSpace(
      names.map(name => rangeDimension(name, { from: 1, to: 212, step: 1 })),
    )
    expect(space.size).toBeGreaterThan(2e9)
    for (const method of SEARCH_METHODS) {
      const round = createSearch(method, {
        space,
        allows: () => true,
        trials: 5000,
        seed: 1,
      }).next()
      expect(round.length, method).toBeGreaterThan(0)
      expect(round.length, method).toBeLessThanOrEqual(4096)
    }
  })

  it('ends where nothing is allowed', () => {
    const space = searchSpace([rangeDimension('a', { from: 1, to: 1000, step: 1 })])
    for (const method of SEARCH_METHODS) {
      const search = createSearch(method, { space, allows: () => false, trials: 50, seed: 1 })
      expect(search.next(), method).toEqual([])
      expect(search.next(), method).toEqual([])
    }
  })

  it('goes on where no point has a score, until its patience ends', () => {
    const space = searchSpace([rangeDimension('a', { from: 1, to: 100_000, step: 1 })])
    for (const method of ['tpe', 'genetic'] as const) {
      const options = { space, allows: () => true, trials: 1600, seed: 1 }
      expect(allRounds(createSearch(method, options), () => null).length, method).toBe(11)
      const patient = createSearch(method, { ...options, patience: 3 })
      expect(allRounds(patient, () => null).length, method).toBe(4)
      const endless = createSearch(method, { ...options, patience: Infinity })
      expect(allRounds(endless, () => null).flat().length, method).toBe(1600)
    }
  })

  it('refuses more trials than it can tell apart', () => {
    const space = searchSpace([rangeDimension('a', { from: 1, to: 1e9, step: 1 })])
    const options = { space, allows: () => true, trials: 1e8, seed: 1 }
    for (const method of ['latin', 'sobol', 'tpe', 'genetic'] as const) {
      expect(failure(() => createSearch(method, options)).hint).toContain('grid or random')
    }
    for (const method of ['grid', 'random'] as const) {
      expect(createSearch(method, options).next().length).toBe(4096)
    }
  })
})

describe('grid', () => {
  it('goes in the order of ranks', () => {
    fc.assert(
      fc.property(anySpace, space => {
        const search = createSearch('grid', {
          space,
          allows: () => true,
          trials: Infinity,
          seed: 0,
        })
        const ranks = allRounds(search, () => 1)
          .flat()
          .map(point => rankOf(space, point))
        expect(ranks).toEqual(Array.from({ length: space.size }, (_, rank) => rank))
      }),
    )
  })
})

describe('latin', () => {
  it('puts one point into each part of every dimension', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 1, max: 60 }), (seed, trials) => {
        const space = searchSpace(
          ['a', 'b', 'c'].map(name => rangeDimension(name, { from: 1, to: trials, step: 1 })),
        )
        const search = createSearch('latin', { space, allows: () => true, trials, seed })
        const points = search.next()
        for (let d = 0; d < 3; d++) {
          expect(new Set(points.map(point => point[d])).size).toBe(trials)
        }
      }),
    )
  })
})

describe('sobol', () => {
  it('puts one point into each cell of a square, whatever the seed', () => {
    fc.assert(
      fc.property(anySeed, seed => {
        const space = searchSpace(
          ['a', 'b'].map(name => rangeDimension(name, { from: 1, to: 16, step: 1 })),
        )
        const search = createSearch('sobol', { space, allows: () => true, trials: 256, seed })
        expect(new Set(search.next().map(point => rankOf(space, point))).size).toBe(256)
      }),
    )
  })

  it('refuses more dimensions than it has numbers for', () => {
    const space = searchSpace(
      Array.from({ length: 41 }, (_, d) => listDimension(`p${d}`, [true, false])).slice(0, 41),
    )
    const error = failure(() =>
      createSearch('sobol', { space, allows: () => true, trials: 5, seed: 1 }),
    )
    expect(error).toMatchObject({ code: 'INVALID_GRID' })
    expect(error.hint).toContain('latin or random')
  })
})

describe('random', () => {
  it('draws every point first about equally often', () => {
    const space = searchSpace([
      rangeDimension('a', { from: 1, to: 3, step: 1 }),
      rangeDimension('b', { from: 1, to: 7, step: 1 }),
    ])
    const seeds = 21 * 400
    const [first, second] = [new Array<number>(21).fill(0), new Array<number>(21).fill(0)]
    for (let seed = 0; seed < seeds; seed++) {
      const [a, b] = createSearch('random', { space, allows: () => true, trials: 2, seed }).next()
      first[rankOf(space, a!)]! += 1
      second[rankOf(space, b!)]! += 1
    }
    // Chi-square with 20 degrees of freedom passes 52 once in ten thousand.
    const chiSquare = (counts: readonly number[]): number =>
      counts.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0)
    expect(chiSquare(first)).toBeLessThan(52)
    expect(chiSquare(second)).toBeLessThan(52)
  })
})

describe('guided methods', () => {
  /** Smooth hills of which one is the highest, in 4 dimensions of 201 values and one of 3 words. */
  const axes = ['a', 'b', 'c', 'd'].map(name =>
    rangeDimension(name, { from: 0, to: 1, step: 0.005 }),
  )
  const space = searchSpace([...axes, listDimension('mode', ['calm', 'quick', 'wild'])])
  const hill = (point: Point): number => {
    const word = [0.2, 0, 0.1][point[4]!]!
    return axes.reduce(
      (sum, axis, d) => sum - ((axis.at(point[d]!) as number) - 0.3 - 0.1 * d) ** 2,
      -word,
    )
  }
  /** As hill, where some part of the space has no score at all. */
  const holed = (point: Point): number | null => (point[1]! > 150 ? null : hill(point))

  const medianBest = (method: SearchMethod, score: (point: Point) => number | null): number => {
    const bests = Array.from({ length: 15 }, (_, seed) => {
      const search = createSearch(method, { space, allows: () => true, trials: 300, seed })
      const scores = allRounds(search, score)
        .flat()
        .map(point => score(point) ?? -Infinity)
      return Math.max(...scores)
    })
    return bests.toSorted((a, b) => a - b)[7]!
  }

  it('come at least four times nearer to the top than random points, in median', () => {
    for (const score of [hill, holed]) {
      const byChance = medianBest('random', score)
      expect(byChance).toBeLessThan(0)
      for (const method of ['tpe', 'genetic'] as const) {
        expect(medianBest(method, score), method).toBeGreaterThan(byChance / 4)
      }
    }
  })

  it('ask for scores before they go on', () => {
    for (const method of ['tpe', 'genetic'] as const) {
      const search = createSearch(method, { space, allows: () => true, trials: 99, seed: 1 })
      const round = search.next()
      expect(() => search.next()).toThrow('Assay is broken')
      expect(() => search.tell([1])).toThrow('Assay is broken')
      search.tell(round.map(hill))
      expect(search.next().length).toBeGreaterThan(0)
    }
  })
})
