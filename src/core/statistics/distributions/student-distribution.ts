/**
 * Probability that a Student t number with `freedom` degrees of freedom is at least `t` away from
 * zero: the incomplete beta function I_x(freedom / 2, 1 / 2), x = freedom / (freedom + t²).
 * https://dlmf.nist.gov/8.17
 */
export function studentTwoTail(t: number, freedom: number): number {
  const square = t * t
  if (!(square < Infinity)) return 0
  const half = freedom / 2
  const x = freedom / (freedom + square)
  const y = square / (freedom + square)
  const front = Math.exp(half * Math.log(x) + 0.5 * Math.log(y) + logGammaStep(half)) / ROOT_PI
  if (square === 0) return 1
  const isTail = x < (half + 1) / (half + 2.5)
  if (isTail) return (front / half) * fraction(x, half, 0.5)
  return 1 - 2 * front * fraction(y, 0.5, half)
}

/** The t at or above 0 that `studentTwoTail` takes to `p`, above 0 and at most 1; by bisection. */
export function studentTwoTailInverse(p: number, freedom: number): number {
  if (p >= 1) return 0
  let [low, high] = [0, 1]
  while (studentTwoTail(high, freedom) > p && high < 1e150) [low, high] = [high, high * 2]
  for (let round = 0; round < 200 && high - low > Number.EPSILON * high; round++) {
    const middle = (low + high) / 2
    if (studentTwoTail(middle, freedom) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const ROOT_PI = Math.sqrt(Math.PI)

/** From here on six terms of the series are exact in doubles. */
const SERIES_FROM = 20

/**
 * `ln Γ(a + 1/2) - ln Γ(a)`, by its series for a large a, from where the recurrence of Γ leads back.
 * No difference of two large logarithms is taken. https://dlmf.nist.gov/5.11#iii
 */
function logGammaStep(a: number): number {
  let product = 1
  let raised = a
  for (; raised < SERIES_FROM; raised++) product *= raised / (raised + 0.5)
  const inverse = 1 / raised
  const square = inverse * inverse
  const terms = [-1 / 8, 1 / 192, -1 / 640, 17 / 14_336, -31 / 18_432, 691 / 180_224]
  const tail = terms.reduceRight((sum, term) => sum * square + term, 0) * inverse
  return Math.log(product) + 0.5 * Math.log(raised) + tail
}

/** The continued fraction of the incomplete beta function, by Lentz. https://dlmf.nist.gov/8.17.E22 */
function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / notZero(1 + even * d)
    c = notZero(1 + even / c)
    value *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / notZero(1 + odd * d)
    c = notZero(1 + odd / c)
    const step = c * d
    value *= step
    if (Math.abs(step - 1) < Number.EPSILON) break
  }
  return value
}

function notZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}
