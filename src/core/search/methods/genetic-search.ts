import { normal, seededRng, type Rng } from '../../random.js'
import { FreshPoints, type SearchOptions } from '../fresh-points.js'
import { bestFirst, guidedRoundPoints } from '../rounds.js'
import type { Dimension, Point, Search, SearchSpace } from '../search.js'
import { isOrdered } from '../space.js'
import { searchFromRandom } from './guided-search.js'

const TOURNAMENT = 3

/** Share of children with two parents; the others are mutations of one. */
const CROSSOVER_SHARE = 0.8

/** Standard deviation of a mutation, as a share of the values of a dimension. */
const MUTATION_WIDTH = 0.1

/** Children bred for a place before a random point takes it. */
const ATTEMPTS = 50

/**
 * A genetic search: tournaments choose parents among the best points so far, which thereby live
 * on (elitism); children take each value from either parent, and values mutate (Eiben and Smith,
 * Introduction to Evolutionary Computing, 2015, https://doi.org/10.1007/978-3-662-44874-8). A
 * point without a score loses every tournament against one that has a score.
 */
export function geneticSearch(options: SearchOptions): Search {
  const { space, seed } = options
  const fresh = new FreshPoints(options)
  const rng = seededRng(seed)
  const roundPoints = guidedRoundPoints(fresh.limit)
  let population: readonly Point[] = []
  return searchFromRandom(options, fresh, {
    learn: observations => {
      population = bestFirst(observations)
        .slice(0, roundPoints)
        .map(({ point }) => point)
    },
    propose: () => {
      for (let k = 0; k < ATTEMPTS; k++) {
        const child = breed(space, population, rng)
        if (fresh.take(child)) return child
      }
      return fresh.draw()
    },
  })
}

function breed(space: SearchSpace, population: readonly Point[], rng: Rng): Point {
  const first = tournament(population, rng)
  const second = rng.next() < CROSSOVER_SHARE ? tournament(population, rng) : first
  const { dimensions } = space
  return dimensions.map((dimension, d) => {
    const index = rng.next() < 0.5 ? first[d]! : second[d]!
    return rng.next() * dimensions.length < 1 ? mutated(dimension, index, rng) : index
  })
}

/** The best of a few; the population stands best first. */
function tournament(population: readonly Point[], rng: Rng): Point {
  let best = population.length
  for (let k = 0; k < TOURNAMENT; k++) {
    best = Math.min(best, Math.floor(rng.next() * population.length))
  }
  return population[best]!
}

/** A nearby value of an ordered dimension, any of another. */
function mutated(dimension: Dimension, index: number, rng: Rng): number {
  const { count } = dimension
  if (!isOrdered(dimension)) return Math.floor(rng.next() * count)
  const step = Math.round(normal(rng) * Math.max(1, MUTATION_WIDTH * count))
  return Math.max(0, Math.min(count - 1, index + step))
}
