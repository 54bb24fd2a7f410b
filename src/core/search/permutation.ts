/**
 * A seeded order of the whole numbers from 0 to `size - 1`: a function that gives each of them
 * once, without a table. A Feistel network over the next even number of bits, walked until it
 * lands inside (Black and Rogaway, Ciphers with Arbitrary Finite Domains, CT-RSA 2002,
 * https://web.cs.ucdavis.edu/~rogaway/papers/subset.pdf).
 */
export function seededPermutation(size: number, seed: number): (rank: number) => number {
  const halfBits = halfBitsOf(size)
  const radix = 2 ** halfBits
  const keys = Array.from({ length: FEISTEL_ROUNDS }, (_, k) => mix32((seed ^ mix32(k + 1)) | 0))
  const shuffle = (value: number): number => {
    let left = Math.floor(value / radix)
    let right = value % radix
    for (let k = 0; k < FEISTEL_ROUNDS; k++) {
      const before = left
      left = right
      right = (before ^ (mix32(right ^ keys[k]!) >>> (32 - halfBits))) >>> 0
    }
    return left * radix + right
  }
  return rank => {
    let value = shuffle(rank)
    while (value >= size) value = shuffle(value)
    return value
  }
}

/** Four make a pseudorandom permutation (Luby and Rackoff 1988); small halves want some more. */
const FEISTEL_ROUNDS = 8

function halfBitsOf(size: number): number {
  let bits = 1
  while (2 ** (2 * bits) < size) bits += 1
  return bits
}

/** The finaliser of MurmurHash3. https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp */
export function mix32(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
