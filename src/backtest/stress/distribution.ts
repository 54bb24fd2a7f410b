import { quantileOfSorted } from '../../core/statistics/samples/moments.js'

/** Where the values of many runs lie. */
export interface Distribution {
  readonly n: number
  readonly mean: number
  /** Sample standard deviation, n - 1; null for one value. */
  readonly deviation: number | null
  readonly least: number
  readonly p5: number
  readonly p25: number
  readonly median: number
  readonly p75: number
  readonly p95: number
  readonly most: number
}

/** The distribution of values, quantiles interpolated; null where there are none. Sorts a copy. */
export function distributionOf(values: Float64Array): Distribution | null {
  const count = values.length
  if (count === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  // Taken from the middle value, so that equal values have no deviation at all.
  const middle = quantileOfSorted(sorted, 0.5)
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value - middle
    squares += (value - middle) ** 2
  }
  const variance = Math.max(0, squares - (sum * sum) / count) / (count - 1)
  return {
    n: count,
    mean: middle + sum / count,
    deviation: count < 2 ? null : Math.sqrt(variance),
    least: sorted[0]!,
    p5: quantileOfSorted(sorted, 0.05),
    p25: quantileOfSorted(sorted, 0.25),
    median: middle,
    p75: quantileOfSorted(sorted, 0.75),
    p95: quantileOfSorted(sorted, 0.95),
    most: sorted[count - 1]!,
  }
}

/** The distribution of those values that there are. */
export function distributionOfKnown(values: readonly (number | null)[]): Distribution | null {
  return distributionOf(Float64Array.from(values.filter(value => value !== null)))
}

/** Share of `values` below `value`, those equal to it counting half; null where there are none. */
export function percentileAmong(
  values: readonly (number | null)[],
  value: number | null,
): number | null {
  const known = values.filter(one => one !== null)
  if (known.length === 0 || value === null) return null
  const below = known.filter(one => one < value).length
  const equal = known.filter(one => one === value).length
  return (below + equal / 2) / known.length
}

/** Share of `values` for which something holds; null where there are none. */
export function shareOf<T>(values: readonly T[], holds: (value: T) => boolean): number | null {
  return values.length === 0 ? null : values.filter(holds).length / values.length
}
