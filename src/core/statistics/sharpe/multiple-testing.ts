/** p-values after so many tests, in the order they were given. */
export interface AdjustedPValues {
  /** By Bonferroni. */
  readonly bonferroni: Float64Array
  /** By Holm. */
  readonly holm: Float64Array
  /** By Benjamini, Hochberg and Yekutieli. */
  readonly bhy: Float64Array
}

/**
 * Adjusts p-values for `tests` tests. Those not given count as 1, the worst case, so the result is
 * an upper bound. Bonferroni; Holm (1979), step down; Benjamini and Yekutieli (2001), step up, valid
 * under any dependence, as R's `p.adjust` has them. Harvey and Liu leave the factor c(M) out for the
 * largest p-value; we do not. https://doi.org/10.1214/aos/1013699998
 */
export function adjustPValues(pValues: readonly number[], tests = pValues.length): AdjustedPValues {
  const order = pValues.map((_, k) => k).sort((a, b) => pValues[a]! - pValues[b]! || a - b)
  const count = pValues.length
  const holm = new Float64Array(count)
  let largest = 0
  order.forEach((k, rank) => {
    largest = Math.max(largest, Math.min(1, (tests - rank) * pValues[k]!))
    holm[k] = largest
  })
  const bhy = new Float64Array(count)
  const factor = tests * harmonic(tests)
  let least = 1
  for (let rank = count - 1; rank >= 0; rank--) {
    const k = order[rank]!
    least = Math.min(least, (factor / (rank + 1)) * pValues[k]!)
    bhy[k] = least
  }
  return { bonferroni: Float64Array.from(pValues, p => Math.min(1, tests * p)), holm, bhy }
}

const EULER_MASCHERONI = 0.577215664901532860606512090082

/** `1 + 1/2 + … + 1/n`, by its asymptotic series for many. https://dlmf.nist.gov/5.4.E14 */
function harmonic(n: number): number {
  if (n > 1000) return Math.log(n) + EULER_MASCHERONI + 1 / (2 * n) - 1 / (12 * n * n)
  let sum = 0
  for (let k = n; k >= 1; k--) sum += 1 / k
  return sum
}
