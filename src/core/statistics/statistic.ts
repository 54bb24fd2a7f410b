/** From and to, both included. */
export type Interval = readonly [number, number]

/** What every statistic says of itself. docs/statistics.md explains each of them. */
export interface Statistic {
  /** Null where the data do not give one; then `reason` says why. */
  readonly value: number | null
  /** What `value` counts: a probability, a Sharpe ratio per period, periods, years. */
  readonly unit: string
  /** Where the true value lies; null where it is not told. */
  readonly interval: Interval | null
  /** What the interval bounds; null where there is none. */
  readonly intervalOf: string | null
  /** Returns that it was computed from. */
  readonly n: number
  /** How it is computed, in one line. */
  readonly formula: string
  /** Why there is no value; absent where there is one. */
  readonly reason?: string
}

/** One column of returns, as fractions of the equity before: 0.01 is 1 %. */
export interface Trial {
  /** Names the column. */
  readonly name: string
  /** One a period, in order of time. */
  readonly returns: Float64Array
}

/** Daily returns of a market that never closes, as metrics count them. */
export const PERIODS_A_YEAR = 365

/** Fewer returns than this have no moment of the fourth order to speak of. */
export const RETURNS_MIN = 4

/** Fewer returns than this are too few to draw other histories from. */
export const RESAMPLED_MIN = 10

/** The parts of a statistic that has no value. */
export function withoutValue(reason: string): {
  value: null
  interval: null
  intervalOf: null
  reason: string
} {
  return { value: null, interval: null, intervalOf: null, reason }
}

/** Why a column has no Sharpe ratio, or undefined where it has one. */
export function reasonAgainst(returns: Float64Array, least = RETURNS_MIN): string | undefined {
  if (returns.length < least) {
    return `${returns.length} returns are too few, at least ${least} are needed`
  }
  return isConstant(returns) ? 'every return is the same, so the deviation is zero' : undefined
}

/** A deviation below this share of the largest return is what floats leave of none at all. */
const NO_DEVIATION = 1e-13

/** A range below this has no fourth power in doubles. */
const RANGE_MIN = 1e-60

/** Whether all returns are the same, but for the rounding of floats. */
export function isConstant(returns: Float64Array): boolean {
  if (returns.length < 2) return true
  let [low, high] = [returns[0]!, returns[0]!]
  for (const value of returns) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return high - low <= Math.max(RANGE_MIN, NO_DEVIATION * Math.max(Math.abs(low), Math.abs(high)))
}
