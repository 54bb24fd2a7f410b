import { createHash } from 'node:crypto'
import { fromBase58, toBase58 } from '../base58.js'
import { ASSOCIATED_TOKEN_PROGRAM } from '../programs.js'

/** The curve of the keys: points with coordinates modulo P, D of its equation. https://www.rfc-editor.org/rfc/rfc8032 */
const P = 2n ** 255n - 19n
const D = ((P - 121_665n) * power(121_666n, P - 2n)) % P

/**
 * The account in which a wallet holds a token by custom: an address made of the three that no key has.
 * @param program that the mint belongs to
 */
export function tokenAddress(mint: string, owner: string, program: string): string {
  const seeds = [owner, program, mint].map(bytesOf)
  const maker = bytesOf(ASSOCIATED_TOKEN_PROGRAM)
  for (let bump = 255; bump >= 0; bump--) {
    const hash = createHash('sha256')
    for (const part of [...seeds, Uint8Array.of(bump), maker]) hash.update(part)
    const address = hash.update('ProgramDerivedAddress').digest()
    if (!isOnCurve(address)) return toBase58(address)
  }
  throw new Error('no address is off the curve')
}

/** Whether bytes could be the public half of a key. */
export function isOnCurve(bytes: Uint8Array): boolean {
  const last = bytes[31]!
  // The lowest byte comes first, and the highest bit is no part of the number.
  const highest = [last & 0x7f, ...Array.from(bytes.subarray(0, 31)).reverse()]
  const y = BigInt(`0x${Buffer.from(highest).toString('hex')}`)
  if (y >= P) return false
  const square = (y * y) % P
  const u = mod(square - 1n)
  const v = mod(D * square + 1n)
  // x * x = u / v has an answer where u * v is a square, by Euler's criterion.
  const ratio = mod(u * v)
  if (ratio === 0n) return last < 0x80
  return power(ratio, (P - 1n) / 2n) === 1n
}

function bytesOf(address: string): Uint8Array {
  const bytes = fromBase58(address)
  if (bytes?.length !== 32) throw new Error(`"${address}" is no address`)
  return bytes
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % P
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}
