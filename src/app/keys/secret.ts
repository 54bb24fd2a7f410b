import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const ID_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
const ID_LENGTH = 10
/** 256 bits: as hard to guess as a private key, so that a plain hash of it is enough. */
const SECRET_BYTES = 32

/** A key of the API as its owner holds it: `assay_ID_SECRET`. */
export interface HeldKey {
  readonly keyId: string
  readonly secret: string
}

/** Draws a key. */
export function drawKey(): HeldKey {
  const letters = [...randomBytes(ID_LENGTH)].map(byte => ID_LETTERS[byte % ID_LETTERS.length]!)
  return { keyId: letters.join(''), secret: randomBytes(SECRET_BYTES).toString('base64url') }
}

/** A key as one text. Its beginning lets scanners of leaked secrets find it. */
export function keyText({ keyId, secret }: HeldKey): string {
  return `assay_${keyId}_${secret}`
}

/** What a text holds; null where it is no key. */
export function parseKeyText(text: string): HeldKey | null {
  const [, keyId, secret] = /^assay_([a-z0-9]{10})_([\w-]{43})$/.exec(text) ?? []
  return keyId === undefined || secret === undefined ? null : { keyId, secret }
}

/** SHA-256 of a secret, in hexadecimal digits. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Whether a secret has a hash, in a time that tells nothing of either. */
export function matchesHash(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(secretHash(secret), 'hex'), Buffer.from(hash, 'hex'))
}
