/** Share of the larger of two numbers below which their difference is what floats leave of none. */
export const TOLERANCE = 1e-12

/** True where `x` is above `y` by more than floats can be off: `x - y > 1e-12 * max(|x|, |y|)`. False for NaN. */
export function exceeds(x: number, y: number): boolean {
  return x - y > TOLERANCE * Math.max(Math.abs(x), Math.abs(y))
}
