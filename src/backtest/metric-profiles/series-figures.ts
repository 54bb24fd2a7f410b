import { quantileOfSorted } from '../../core/statistics/samples/moments.js'

/** Figures of returns as numpy and pandas give them. NaN where there is none. */

export function sumOf(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

export function meanOf(values: ArrayLike<number> & Iterable<number>): number {
  return sumOf(values) / values.length
}

/** Sample variance, with n - 1. */
export function varianceOf(values: ArrayLike<number> & Iterable<number>): number {
  if (values.length < 2) return NaN
  const mean = meanOf(values)
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return squares / (values.length - 1)
}

/** Sample standard deviation, with n - 1. */
export function deviationOf(values: ArrayLike<number> & Iterable<number>): number {
  return Math.sqrt(varianceOf(values))
}

/** Sample covariance, with n - 1. */
export function covarianceOf(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)]
  let products = 0
  for (let k = 0; k < a.length; k++) products += (a[k]! - meanA) * (b[k]! - meanB)
  return products / (a.length - 1)
}

/** The value below which the share `p` lies, linear between neighbours. */
export function quantileOf(values: Float64Array, p: number): number {
  return values.length === 0
    ? NaN
    : quantileOfSorted(
        values.toSorted((a, b) => a - b),
        p,
      )
}

/** Growth of one unit: `Π (1 + r)`. */
export function growthOf(returns: Float64Array): number {
  let growth = 1
  for (const value of returns) growth *= 1 + value
  return growth
}

/** Depth below the highest value before, at most 0, after each return; the start counts as a peak. */
export function drawdownsOf(returns: Float64Array): Float64Array {
  let [value, peak] = [1, 1]
  return returns.map(change => {
    value *= 1 + change
    if (value > peak) peak = value
    return value / peak - 1
  })
}

/** Skewness and excess kurtosis corrected for their bias: G1 and G2, as pandas and MathNet have them. */
export function correctedMoments(returns: Float64Array): { skewness: number; excess: number } {
  const n = returns.length
  const mean = meanOf(returns)
  let [second, third, fourth] = [0, 0, 0]
  for (const value of returns) {
    const away = value - mean
    second += away ** 2
    third += away ** 3
    fourth += away ** 4
  }
  const variance = second / n
  const g1 = third / n / variance ** 1.5
  const g2 = fourth / n / variance ** 2 - 3
  return {
    skewness: n < 3 ? NaN : (Math.sqrt(n * (n - 1)) / (n - 2)) * g1,
    excess: n < 4 ? NaN : ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * g2 + 6),
  }
}
