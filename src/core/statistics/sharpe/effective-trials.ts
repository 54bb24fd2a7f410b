import { clusterByDistance } from '../samples/clusters.js'
import { averageCorrelation, correlationsOf } from '../samples/correlation.js'
import { normalQuantile } from '../distributions/normal-distribution.js'

/** How many independent trials correlated ones amount to. */
export interface EffectiveTrials {
  /** Clusters of correlated trials, from 1 to the number of trials; null above the limit. */
  readonly clusters: number | null
  /** Mean silhouette of the clusters; null above the limit. */
  readonly silhouette: number | null
  /** Of all pairs of trials; null where it has no value. */
  readonly averageCorrelation: number | null
  /** `ρ + (1 - ρ) N` with the average correlation ρ, from 1 to N: the estimate of the paper. */
  readonly byAverageCorrelation: number | null
}

/** Above this the distances of all pairs take too much memory. */
export const CLUSTERED_MAX = 3_000

/** Trials are of one kind only if they share at least half of their variance: ρ² = 1/2. */
const SHARED_LEAST = Math.SQRT1_2

/** How often chance alone may make one pair of unrelated trials look related. */
const CHANCE = 0.05

/**
 * Clusters trials by the distance `√((1 - ρ) / 2)` of their returns, in the spirit of ONC (López de
 * Prado and Lewis 2018), but by average linkage, without chance. Trials whose correlation is below
 * 0.71, or within what chance gives one of so many pairs, stay apart, so that noise is not taken for
 * fewer trials. Beside it the interpolation of Bailey and López de Prado (2014), appendix 3.
 * https://ssrn.com/abstract=3167017 https://ssrn.com/abstract=2460551
 */
export function effectiveTrials(columns: readonly Float64Array[]): EffectiveTrials {
  const width = columns.length
  if (width > CLUSTERED_MAX) {
    return {
      clusters: null,
      silhouette: null,
      averageCorrelation: null,
      byAverageCorrelation: null,
    }
  }
  const correlations = correlationsOf(columns)
  const average = averageCorrelation(correlations, width)
  const reach = distanceOf(Math.max(SHARED_LEAST, chanceCorrelation(columns[0]!.length, width)))
  const { count, silhouette } = clusterByDistance(correlations.map(distanceOf), width, reach)
  return {
    clusters: count,
    silhouette,
    averageCorrelation: average,
    byAverageCorrelation: Math.min(width, Math.max(1, average + (1 - average) * width)),
  }
}

function distanceOf(correlation: number): number {
  return Math.sqrt(Math.max(0, (1 - correlation) / 2))
}

/** What the largest correlation of unrelated columns reaches with the probability `CHANCE` at most: Fisher's z. */
function chanceCorrelation(count: number, width: number): number {
  const pairs = Math.max(1, (width * (width - 1)) / 2)
  return count <= 3 ? 1 : Math.tanh(-normalQuantile(CHANCE / pairs) / Math.sqrt(count - 3))
}
