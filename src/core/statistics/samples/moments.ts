import { assert } from '../../assert.js'

/** Moments of returns that are not all the same. */
export interface Moments {
  /** How many returns. */
  readonly count: number
  /** Per period, fraction. */
  readonly mean: number
  /** Sample standard deviation, with n - 1. */
  readonly deviation: number
  /** `m3 / m2^(3/2)`, moments about the mean divided by n. */
  readonly skewness: number
  /** Raw kurtosis `m4 / m2²`, moments about the mean divided by n: 3 for the normal, never "excess". */
  readonly kurtosis: number
}

/**
 * Mean, deviation, skewness and raw kurtosis. Skewness and kurtosis are the estimators g1 and g2 + 3
 * of Joanes and Gill (1998), as scipy gives them with `fisher=False` and the papers on the Sharpe
 * ratio use them. https://doi.org/10.1111/1467-9884.00122
 */
export function momentsOf(returns: Float64Array): Moments {
  const count = returns.length
  assert(count >= 2, 'moments need two returns')
  let sum = 0
  for (const value of returns) sum += value
  const rough = sum / count
  let rest = 0
  for (const value of returns) rest += value - rough
  const mean = rough + rest / count
  let [second, third, fourth] = [0, 0, 0]
  for (const value of returns) {
    const away = value - mean
    const square = away * away
    second += square
    third += square * away
    fourth += square * square
  }
  assert(second > 0, 'moments need returns that differ')
  const variance = second / count
  return {
    count,
    mean,
    deviation: Math.sqrt(second / (count - 1)),
    skewness: third / count / Math.pow(variance, 1.5),
    kurtosis: fourth / count / (variance * variance),
  }
}

/**
 * The value below which the share `p` of sorted values lies, interpolated between neighbours
 * (definition 7 of Hyndman and Fan 1996). https://doi.org/10.2307/2684934
 */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (place - below) * (high - low)
}
