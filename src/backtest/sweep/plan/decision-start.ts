import type { Candles } from '../../../core/candles/candles.js'
import type { Indicator } from '../../../core/indicators/indicator.js'
import { seededRng } from '../../../core/random.js'
import type { Allows, Point, SearchSpace } from '../../../core/search/search.js'
import { unrank } from '../../../core/search/space.js'
import type { Field } from './field.js'

/** Above this many sets not all of them are asked for their indicators. */
const SETS_MAX = 100_000
/** Sets of a large space from which each indicator is varied. */
const BASES = 24
/** Values of the parameters of one indicator that are tried together. */
const VALUES_MAX = 4000

/**
 * The candle at which all trials of a field begin to decide: the one at which the slowest
 * indicator of any allowed set has its first value, so that all trials are judged over the same
 * stretch. Where there are more than 100,000 sets, each indicator is asked over the values of the
 * parameters that it depends on, the others held at those of some allowed sets.
 * @returns its index among all candles; their number where some set has none
 */
export function commonStart(field: Field, allows: Allows): number {
  const firstValue = new Map<string, number>()
  let start = field.firstIndex()
  for (const point of pointsToAsk(field, allows)) {
    for (const indicator of Object.values(field.indicatorsAt(point))) {
      const known = firstValue.get(indicator.key) ?? firstValueOf(indicator, field.history)
      firstValue.set(indicator.key, known)
      start = Math.max(start, known)
    }
  }
  return start
}

function firstValueOf(indicator: Indicator, candles: Candles): number {
  const step = indicator.start()
  let i = 0
  while (i < candles.length && Number.isNaN(step.next(candles, i))) i += 1
  return i
}

function* pointsToAsk(field: Field, allows: Allows): Generator<Point> {
  const { space } = field
  if (space.size <= SETS_MAX) {
    for (let rank = 0; rank < space.size; rank++) {
      const point = unrank(space, rank)
      if (allows(point)) yield point
    }
    return
  }
  const bases = allowedPoints(space, allows)
  yield* bases
  for (const places of dependencies(field, bases, allows)) {
    for (const indices of valuesOf(space, places)) {
      const point = firstAllowed(bases, places, indices, allows)
      if (point !== null) yield point
    }
  }
}

/** Some allowed sets: the first and the last ones, and others drawn by the same seed each time. */
function allowedPoints({ dimensions }: SearchSpace, allows: Allows): Point[] {
  const rng = seededRng(1)
  const points: Point[] = [dimensions.map(() => 0), dimensions.map(({ count }) => count - 1)]
  for (let k = 0; k < 100 * BASES; k++) {
    points.push(dimensions.map(({ count }) => Math.floor(rng.next() * count)))
  }
  return points.filter(allows).slice(0, BASES)
}

/** The dimensions that each indicator depends on, by their indices; equal ones once. */
function dependencies(field: Field, bases: readonly Point[], allows: Allows): readonly number[][] {
  const found = new Map<string, Set<number>>()
  for (const base of bases) {
    const keys = keysAt(field, base)
    field.space.dimensions.forEach(({ count }, d) => {
      for (const index of [0, count >> 1, count - 1]) {
        const point = base.with(d, index)
        if (!allows(point)) continue
        const others = keysAt(field, point)
        for (const name of new Set([...keys.keys(), ...others.keys()])) {
          if (keys.get(name) === others.get(name)) continue
          found.set(name, (found.get(name) ?? new Set()).add(d))
        }
      }
    })
  }
  const lists = [...found.values()].map(places => [...places].sort((a, b) => a - b))
  return [...new Map(lists.map(places => [places.join(), places])).values()]
}

function keysAt(field: Field, point: Point): ReadonlyMap<string, string> {
  return new Map(Object.entries(field.indicatorsAt(point)).map(([name, { key }]) => [name, key]))
}

/** Indices for some dimensions: all together where they are few, else first and last ones of all but one. */
function* valuesOf({ dimensions }: SearchSpace, places: readonly number[]): Generator<number[]> {
  const counts = places.map(d => dimensions[d]!.count)
  if (counts.reduce((size, count) => size * count, 1) <= VALUES_MAX) {
    yield* combinations(counts.map(count => Array.from({ length: count }, (_, k) => k)))
    return
  }
  const ends = counts.map(count => [...new Set([0, count - 1])])
  // Beyond a dozen the corners are more than there is time for: then the two outermost ones.
  const corners =
    ends.length > 12 ? [ends.map(() => 0), counts.map(n => n - 1)] : combinations(ends)
  for (const corner of corners) {
    for (const [d, count] of counts.entries()) {
      const step = Math.max(1, Math.floor(count / 500))
      for (let k = 0; k < count; k += step) yield corner.with(d, k)
      yield corner.with(d, count - 1)
    }
  }
}

/** The first base that is allowed with these values in place of its own. */
function firstAllowed(
  bases: readonly Point[],
  places: readonly number[],
  indices: readonly number[],
  allows: Allows,
): Point | null {
  for (const base of bases) {
    const point = [...base]
    places.forEach((d, k) => (point[d] = indices[k]!))
    if (allows(point)) return point
  }
  return null
}

function combinations(choices: readonly (readonly number[])[]): number[][] {
  return choices.reduce<number[][]>(
    (made, next) => made.flatMap(head => next.map(value => [...head, value])),
    [[]],
  )
}
