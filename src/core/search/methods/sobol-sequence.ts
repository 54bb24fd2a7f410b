import { assert } from '../../assert.js'

/**
 * Primitive polynomials and first direction numbers `s a m_1 .. m_s` of dimensions 2 to 40, from
 * `new-joe-kuo-6.21201` by S. Joe and F. Y. Kuo, Constructing Sobol sequences with better
 * two-dimensional projections, SIAM J. Sci. Comput. 30 (2008).
 * https://web.maths.unsw.edu.au/~fkuo/sobol/
 */
const JOE_KUO: readonly (readonly [degree: number, coefficients: number, first: number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
  [7, 4, [1, 3, 7, 13, 13, 15, 69]],
  [7, 7, [1, 1, 3, 13, 7, 35, 63]],
  [7, 8, [1, 3, 5, 9, 1, 25, 53]],
  [7, 14, [1, 3, 1, 13, 9, 35, 107]],
  [7, 19, [1, 3, 1, 5, 27, 61, 31]],
  [7, 21, [1, 1, 5, 11, 19, 41, 61]],
  [7, 28, [1, 3, 5, 3, 3, 13, 69]],
  [7, 31, [1, 1, 7, 13, 1, 19, 1]],
  [7, 32, [1, 3, 7, 5, 13, 19, 59]],
  [7, 37, [1, 1, 3, 9, 25, 29, 41]],
  [7, 41, [1, 3, 5, 13, 23, 1, 55]],
  [7, 42, [1, 3, 7, 3, 13, 59, 17]],
  [7, 50, [1, 3, 1, 3, 5, 53, 69]],
  [7, 55, [1, 1, 5, 5, 23, 33, 13]],
  [7, 56, [1, 1, 7, 7, 1, 61, 123]],
  [7, 59, [1, 1, 7, 9, 13, 61, 49]],
  [7, 62, [1, 3, 3, 5, 3, 55, 33]],
  [8, 14, [1, 3, 1, 15, 31, 13, 49, 245]],
  [8, 21, [1, 3, 5, 15, 31, 59, 63, 97]],
  [8, 22, [1, 3, 1, 11, 11, 11, 77, 249]],
]

/** The first dimension is van der Corput's sequence and needs no numbers. */
export const SOBOL_DIMENSIONS_MAX = JOE_KUO.length + 1

const BITS = 32

/** Points of the sequence; after these it would start again. */
export const SOBOL_POINTS_MAX = 2 ** BITS

/**
 * Sobol's sequence in Gray code order (Antonov and Saleev), as 32-bit whole numbers: a coordinate
 * is `value / 2^32`. The first point is the origin.
 */
export function sobolSequence(dimensions: number): () => Uint32Array {
  assert(dimensions <= SOBOL_DIMENSIONS_MAX, `Sobol has no ${dimensions} dimensions`)
  const directions = Array.from({ length: dimensions }, (_, d) => directionNumbers(d))
  const point = new Uint32Array(dimensions)
  let count = 0
  return () => {
    if (count > 0) {
      const lowestSet = 31 - Math.clz32(count & -count)
      for (let d = 0; d < dimensions; d++) point[d]! ^= directions[d]![lowestSet]!
    }
    count += 1
    return point.slice()
  }
}

/** `v_k = m_k * 2^(32 - k)`, with the recurrence of Bratley and Fox (ACM TOMS 14, 1988). */
function directionNumbers(dimension: number): Uint32Array {
  const numbers = new Uint32Array(BITS)
  if (dimension === 0) return numbers.map((_, k) => 2 ** (BITS - 1 - k))
  const [degree, coefficients, first] = JOE_KUO[dimension - 1]!
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      numbers[k] = first[k]! * 2 ** (BITS - 1 - k)
      continue
    }
    let value = numbers[k - degree]! ^ (numbers[k - degree]! >>> degree)
    for (let j = 1; j < degree; j++) {
      if (((coefficients >>> (degree - 1 - j)) & 1) === 1) value ^= numbers[k - j]!
    }
    numbers[k] = value
  }
  return numbers
}
