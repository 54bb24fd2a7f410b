/** Numbers nearer to each other than this share of the larger are equal: decimals as doubles differ by less. */
export const TOLERANCE = 1e-12

/**
 * Whether `x` is above `y`: `x - y > 1e-12 * max(|x|, |y|)`. False where either is NaN. Where x is
 * above y, the larger size is the larger of x and -y, so that neither size is computed.
 */
export function exceeds(x: number, y: number): boolean {
  const above = x - y
  return above > TOLERANCE * x && above > -TOLERANCE * y
}
