/** `y = intercept + slope x`. */
export interface StraightLine {
  /** What y grows by with x. */
  readonly slope: number
  /** y where x is 0. */
  readonly intercept: number
  /** Share of the variance of y that the line explains; null where y does not vary. */
  readonly r2: number | null
}

/** Ordinary least squares; null where x does not vary. */
export function lineThrough(x: Float64Array, y: Float64Array): StraightLine | null {
  const [meanX, meanY] = [meanOf(x), meanOf(y)]
  let [xx, xy, yy] = [0, 0, 0]
  for (let k = 0; k < x.length; k++) {
    const [dx, dy] = [x[k]! - meanX, y[k]! - meanY]
    xx += dx * dx
    xy += dx * dy
    yy += dy * dy
  }
  if (xx < 1e-24 * Math.max(1, x.length * meanX * meanX)) return null
  const slope = xy / xx
  return { slope, intercept: meanY - slope * meanX, r2: yy > 0 ? (slope * xy) / yy : null }
}

function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
