import {
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { toBase58 } from '../solana/base58.js'

/** What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410). */
const PRIVATE_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const SEED_BYTES = 32

/**
 * A key that signs and tells nothing: its bytes are in fields that no printing, copying or encoding of
 * the object reaches.
 */
export class WalletKey {
  /** The wallet's address, base58. */
  readonly address: string
  readonly #key: KeyObject
  readonly #seed: Uint8Array

  private constructor(seed: Uint8Array) {
    this.#seed = Uint8Array.from(seed)
    const der = Buffer.concat([PRIVATE_HEAD, seed])
    this.#key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    der.fill(0)
    const { x } = createPublicKey(this.#key).export({ format: 'jwk' })
    this.address = toBase58(Buffer.from(x!, 'base64url'))
  }

  /** A new key. */
  static random(): WalletKey {
    return new WalletKey(randomBytes(SEED_BYTES))
  }

  /** @param bytes 32 of a seed, or 64 with the public key behind it; undefined where they do not match */
  static from(bytes: Uint8Array): WalletKey | undefined {
    if (bytes.length !== SEED_BYTES && bytes.length !== 2 * SEED_BYTES) return undefined
    const key = new WalletKey(bytes.subarray(0, SEED_BYTES))
    const told = bytes.length === SEED_BYTES ? key.address : toBase58(bytes.subarray(SEED_BYTES))
    return told === key.address ? key : undefined
  }

  /** The signature of a message, 64 bytes; the same for the same message. */
  sign(message: Uint8Array): Uint8Array {
    return sign(null, message, this.#key)
  }

  /** A key for another use, of which nobody comes back to this one. */
  derived(use: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#seed, new Uint8Array(), use, 32))
  }

  /** Lends the seed to `work`, and clears the copy. */
  lend<T>(work: (seed: Uint8Array) => T): T {
    const copy = Uint8Array.from(this.#seed)
    try {
      return work(copy)
    } finally {
      copy.fill(0)
    }
  }
}
