import { assert } from '../assert.js'
import { AppError } from '../errors.js'
import type { ParamValue } from '../strategy/params.js'
import type { Dimension, Point, SearchSpace } from './search.js'

/** The space of all combinations, however many there are. */
export function searchSpace(dimensions: readonly Dimension[]): SearchSpace {
  let size = 1
  for (const { name, count } of dimensions) {
    assert(Number.isInteger(count) && count > 0, `dimension ${name} has ${count} values`)
    size *= count
  }
  return { dimensions, size }
}

/** Whether a number holds the place of each point exactly. */
export function isCountable({ size }: SearchSpace): boolean {
  return size <= Number.MAX_SAFE_INTEGER
}

/** What is equal for equal points alone: a place in the grid's order, or the indices where that is too long. */
export function placeOf(space: SearchSpace, point: Point): number | string {
  return isCountable(space) ? rankOf(space, point) : point.join()
}

/** The point at a place of the grid's order, in mixed radix: the last dimension is the fastest. */
export function unrank(space: SearchSpace, rank: number): Point {
  const { dimensions } = space
  const point = new Array<number>(dimensions.length)
  let rest = rank
  for (let d = dimensions.length - 1; d >= 0; d--) {
    const { count } = dimensions[d]!
    point[d] = rest % count
    rest = Math.floor(rest / count)
  }
  return point
}

/** The place of a point in the grid's order; the inverse of `unrank`. */
export function rankOf(space: SearchSpace, point: Point): number {
  const { dimensions } = space
  let rank = 0
  for (let d = 0; d < dimensions.length; d++) rank = rank * dimensions[d]!.count + point[d]!
  return rank
}

/** Whether neighbouring indices are neighbouring values, as they are for numbers. */
export function isOrdered(dimension: Dimension): boolean {
  return dimension.isOrdered ?? typeof dimension.at(0) === 'number'
}

export interface NumberRange {
  /** The first value. */
  readonly from: number
  /** The last value is this one, or the last step before it. */
  readonly to: number
  /** Distance of two values. */
  readonly step: number
}

/**
 * The numbers from `from` to `to`, each the double that its decimals stand for: 0.01:0.05:0.01
 * holds 0.03, not 0.030000000000000002. Counted in whole units of the last decimal, which doubles
 * hold exactly; the division by a power of ten up to 10^22 is then the correctly rounded decimal.
 * @throws AppError INVALID_GRID for limits of more digits than that
 */
export function rangeDimension(name: string, range: NumberRange): Dimension {
  const { from, to, step } = range
  const decimals = Math.max(decimalsOf(from), decimalsOf(to), decimalsOf(step))
  const scale = Number(`1e${decimals}`)
  const [first, last, stride] = [from, to, step].map(value => Math.round(value * scale))
  const unitMax = Math.max(Math.abs(first!), Math.abs(last!), stride!)
  if (decimals > 22 || unitMax > UNITS_MAX) {
    throw new AppError('INVALID_GRID', `${name} "${from}:${to}:${step}" has too many digits`, {
      hint: 'write at most 15 digits from the first to the last decimal',
    })
  }
  assert(stride! > 0 && last! >= first!, `range ${from}:${to}:${step} of ${name} is empty`)
  return {
    name,
    count: Math.floor((last! - first!) / stride!) + 1,
    at: index => (first! + index * stride!) / scale,
  }
}

/** Below 2^52, where scaling a decimal of 15 digits still rounds to its whole units. */
const UNITS_MAX = 1e15

/** Digits after the point that a number is written with: 2 for 0.25, 7 for 1e-7, 0 for 1e21. */
function decimalsOf(value: number): number {
  const [digits, exponent = '0'] = String(value).split('e')
  const fraction = digits!.split('.')[1] ?? ''
  return Math.max(0, fraction.length - Number(exponent))
}

/** Values as they are listed; a list of numbers should rise, so that neighbours are neighbours. */
export function listDimension(name: string, values: readonly ParamValue[]): Dimension {
  const isOrdered = values.every(value => typeof value === 'number')
  return { name, count: values.length, at: index => values[index]!, isOrdered }
}
