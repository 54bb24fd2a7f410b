// As core/tolerance.ts, to the bit.
export const TOLERANCE: f64 = 1e-12

export function exceeds(x: f64, y: f64): bool {
  const above = x - y
  return above > TOLERANCE * x && above > -TOLERANCE * y
}
