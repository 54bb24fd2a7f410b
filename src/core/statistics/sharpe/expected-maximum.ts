import { normalQuantile } from '../distributions/normal-distribution.js'

const EULER_MASCHERONI = 0.577215664901532860606512090082

export const EXPECTED_MAXIMUM_FORMULA = '(1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))'

/**
 * About how large the largest of `count` independent standard normal numbers will be; 0 for one.
 * Bailey, Borwein, López de Prado and Zhu (2014), proposition 1. https://ssrn.com/abstract=2308659
 */
export function expectedMaximum(count: number): number {
  if (count <= 1) return 0
  // By the other tail, where 1 - 1/N does not lose its digits.
  const first = -normalQuantile(1 / count)
  const second = -normalQuantile(1 / (count * Math.E))
  return Math.max(0, (1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second)
}
