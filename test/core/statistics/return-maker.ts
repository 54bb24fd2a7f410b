import { normal, seededRng, type Rng } from '../../../src/core/random.js'
import type { Trial } from '../../../src/core/statistics/statistic.js'

export interface Made {
  readonly count: number
  readonly mean?: number
  readonly deviation?: number
  /** How much of each return goes on into the next. */
  readonly carried?: number
}

/** Normal returns, each in part the one before where `carried` says so. */
export function madeReturns(rng: Rng, made: Made): Float64Array {
  const { count, mean = 0, deviation = 0.01, carried = 0 } = made
  let before = normal(rng) / Math.sqrt(1 - carried * carried)
  return Float64Array.from({ length: count }, () => {
    before = carried * before + normal(rng)
    return mean + deviation * before
  })
}

/** Trials of unrelated noise. */
export function noiseTrials(seed: number, { trials, ...made }: Made & { trials: number }): Trial[] {
  const rng = seededRng(seed)
  return Array.from({ length: trials }, (_, k) => ({
    name: `t${k}`,
    returns: madeReturns(rng, made),
  }))
}

/** The columns that the reference figures of other programs were computed from. */
export const REFERENCE_COLUMNS = referenceColumns()

function referenceColumns(): Record<'x' | 'y' | 'w', Float64Array> {
  const x = Float64Array.from(
    { length: 500 },
    (_, k) => 0.02 * Math.sin(0.7 * k * k) + 0.001 * Math.cos(0.3 * k) + 0.0005,
  )
  const y = new Float64Array(500)
  for (let k = 0; k < 500; k++) y[k] = x[k]! + (k === 0 ? 0 : 0.6 * y[k - 1]!)
  const w = x.map((value, k) => 0.01 * Math.sin(0.05 * k) + 0.3 * value)
  return { x, y, w }
}
