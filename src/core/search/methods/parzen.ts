import type { Rng } from '../../random.js'
import type { Point, SearchSpace } from '../search.js'
import { isOrdered } from '../space.js'

/** An estimated density over the points of a space. */
export interface Density {
  /** Natural logarithm of the probability of a point. */
  logOf(point: Point): number
  /** A point drawn from it. */
  sample(rng: Rng): Point
}

/** The share of a kernel over unordered values that goes to all values alike. */
const ELSEWHERE = 0.2

/** No kernel is narrower than this share of its range, nor than half an index. */
const NARROWEST = 0.01

/**
 * A Parzen estimator, a dimension at a time: the even mix of a kernel around each point's value,
 * with `uniformShare` of the whole spread evenly. Ordered values have logistic kernels, cut off at
 * the ends of the range and summed over each index: their distribution function has a closed form.
 */
export function parzenDensity(
  space: SearchSpace,
  points: readonly Point[],
  uniformShare: number,
): Density {
  const { dimensions } = space
  const kernels = dimensions.map((dimension, d) =>
    isOrdered(dimension)
      ? orderedKernel(dimension.count, kernelWidth(dimension.count, points, d))
      : unorderedKernel(dimension.count),
  )
  return {
    logOf(point) {
      let log = 0
      for (let d = 0; d < kernels.length; d++) {
        let sum = 0
        for (const center of points) sum += kernels[d]!.at(point[d]!, center[d]!)
        const near = points.length === 0 ? 0 : ((1 - uniformShare) * sum) / points.length
        log += Math.log(uniformShare / dimensions[d]!.count + near)
      }
      return log
    },
    sample(rng) {
      return kernels.map((kernel, d) => {
        const isAnywhere = rng.next() < uniformShare
        const center = isAnywhere ? undefined : points[Math.floor(rng.next() * points.length)]
        if (center !== undefined) return kernel.sample(center[d]!, rng)
        return Math.floor(rng.next() * dimensions[d]!.count)
      })
    },
  }
}

interface Kernel {
  /** Probability of an index, given the index in the middle. */
  at(index: number, center: number): number
  sample(center: number, rng: Rng): number
}

function unorderedKernel(count: number): Kernel {
  const elsewhere = ELSEWHERE / count
  return {
    at: (index, center) => elsewhere + (index === center ? 1 - ELSEWHERE : 0),
    sample: (center, rng) => (rng.next() < ELSEWHERE ? Math.floor(rng.next() * count) : center),
  }
}

function orderedKernel(count: number, width: number): Kernel {
  // A logistic density of scale s has the standard deviation s * pi / sqrt(3).
  const scale = (width * Math.sqrt(3)) / Math.PI
  const below = (distance: number): number => 1 / (1 + Math.exp(-distance / scale))
  const insideOf = (center: number): number => below(count - 0.5 - center) - below(-0.5 - center)
  // Filled when asked for: a round asks often, and for the same few.
  const cells: number[] = []
  const insides: number[] = []
  return {
    at(index, center) {
      const distance = Math.abs(index - center)
      const cell = (cells[distance] ??= below(0.5 - distance) - below(-0.5 - distance))
      return cell / (insides[center] ??= insideOf(center))
    },
    sample(center, rng) {
      const share = below(-0.5 - center) + rng.next() * insideOf(center)
      const index = Math.round(center + scale * Math.log(share / (1 - share)))
      return Math.max(0, Math.min(count - 1, index))
    },
  }
}

/**
 * Half of Scott's width, `sd * n^(-1 / 5)` (Multivariate Density Estimation, 1992), which suits
 * one hill and would smooth several into one.
 */
function kernelWidth(count: number, points: readonly Point[], d: number): number {
  const length = Math.max(1, points.length)
  let sum = 0
  for (const point of points) sum += point[d]!
  const mean = sum / length
  let squares = 0
  for (const point of points) squares += (point[d]! - mean) ** 2
  const width = 0.5 * Math.sqrt(squares / length) * Math.pow(length, -1 / 5)
  return Math.max(width, NARROWEST * count, 0.5)
}
