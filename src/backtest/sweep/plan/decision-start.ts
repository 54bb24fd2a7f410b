import type { Candles } from '../../../core/candles/candles.js'
import type { Indicator } from '../../../core/indicators/indicator.js'
import type { Allows, SearchSpace } from '../../../core/search/search.js'
import { unrank } from '../../../core/search/space.js'
import type { Field } from './field.js'

/** Above this many sets only the edges of the space are looked at. */
const SETS_MAX = 100_000

/**
 * The candle at which all trials of a field begin to decide: the one at which the slowest
 * indicator of any allowed set has its first value, so that all trials are judged over the same
 * stretch. Where there are more than 100,000 sets, the sets along the edges of the space are taken
 * for all of them: those whose values but one are first or last ones.
 * @returns its index among all candles; their number where some set has none
 */
export function commonStart(field: Field, allows: Allows): number {
  const firstValue = new Map<string, number>()
  let start = field.firstIndex()
  for (const point of pointsToAsk(field.space)) {
    if (!allows(point)) continue
    for (const indicator of field.indicatorsAt(point)) {
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

function* pointsToAsk(space: SearchSpace): Generator<readonly number[]> {
  const { dimensions, size } = space
  if (size <= SETS_MAX) {
    for (let rank = 0; rank < size; rank++) yield unrank(space, rank)
    return
  }
  const ends = dimensions.map(({ count }) => [...new Set([0, count - 1])])
  for (const corner of combinations(ends)) {
    for (let d = 0; d < dimensions.length; d++) {
      for (let k = 0; k < Math.min(dimensions[d]!.count, 2000); k++) yield corner.with(d, k)
    }
  }
}

function combinations(choices: readonly (readonly number[])[]): number[][] {
  return choices.reduce<number[][]>(
    (made, next) => made.flatMap(head => next.map(value => [...head, value])),
    [[]],
  )
}
