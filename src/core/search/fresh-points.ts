import { AppError } from '../errors.js'
import { seededRng } from '../random.js'
import { seededPermutation } from './permutation.js'
import type { Allows, Point, SearchSpace } from './search.js'
import { isCountable, placeOf, unrank } from './space.js'

export interface SearchOptions {
  /** What is searched. */
  readonly space: SearchSpace
  /** Which points may be proposed. */
  readonly allows: Allows
  /** The most points to propose; `Infinity` is as many as there are. */
  readonly trials: number
  /** Equal seeds give equal points. */
  readonly seed: number
  /** Rounds without a better score after which a guided search ends; `Infinity` is never. */
  readonly patience?: number
}

/**
 * Allowed points in a seeded random order, each once; undefined after the last. Keeps no list. Above
 * 2^53 points they are drawn one by one: that one comes twice is then as good as impossible.
 */
export function randomOrder(options: SearchOptions): () => Point | undefined {
  const { space, allows, seed } = options
  if (!isCountable(space)) return randomDraws(options)
  const rankAt = seededPermutation(space.size, seed)
  let drawn = 0
  return () => {
    for (let refused = 0; drawn < space.size && refused < REFUSALS_MAX; refused++) {
      const point = unrank(space, rankAt(drawn))
      drawn += 1
      if (allows(point)) return point
    }
    return undefined
  }
}

function randomDraws({ space, allows, seed }: SearchOptions): () => Point | undefined {
  const rng = seededRng(seed)
  return () => {
    for (let refused = 0; refused < REFUSALS_MAX; refused++) {
      const point = space.dimensions.map(({ count }) => Math.floor(rng.next() * count))
      if (allows(point)) return point
    }
    return undefined
  }
}

/**
 * Where so many random points in a row are refused, those that are allowed, if any, are rarer
 * than one in a million: only a grid search looks on. Without it, an impossible condition over
 * 2^53 points would never end.
 */
const REFUSALS_MAX = 10_000_000

/** What a search has proposed, so that it proposes nothing twice. */
export class FreshPoints {
  private readonly places = new Set<number | string>()
  private readonly options: SearchOptions
  private readonly drawNext: () => Point | undefined
  /** How many points can be proposed at most. */
  readonly limit: number

  constructor(options: SearchOptions) {
    this.options = options
    this.drawNext = randomOrder(options)
    this.limit = Math.min(options.trials, options.space.size)
    if (this.limit > REMEMBERED_MAX) {
      throw new AppError(
        'INVALID_GRID',
        `"${this.limit}" trials are more than the ${REMEMBERED_MAX} that this method can tell apart`,
        { hint: 'ask for fewer trials, or take the method grid or random' },
      )
    }
  }

  /** True once for each allowed point: it is then taken. */
  take(point: Point): boolean {
    const place = placeOf(this.options.space, point)
    if (this.places.has(place) || !this.options.allows(point)) return false
    this.places.add(place)
    return true
  }

  /** Takes the next of a random order; undefined where none is left. */
  draw(): Point | undefined {
    for (;;) {
      const point = this.drawNext()
      if (point === undefined) return undefined
      const place = placeOf(this.options.space, point)
      if (this.places.has(place)) continue
      this.places.add(place)
      return point
    }
  }
}

const REMEMBERED_MAX = 10_000_000
