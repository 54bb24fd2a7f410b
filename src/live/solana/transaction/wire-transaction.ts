import type { CheckedInstruction, CheckedTransaction } from './transaction-check.js'
import { toBase58 } from '../base58.js'

/**
 * A transaction of version 0, read from its bytes by nothing but this file: the process that holds the
 * key loads no package. https://solana.com/docs/core/transactions
 */
export interface WireTransaction extends CheckedTransaction {
  /** What is signed. */
  readonly message: Uint8Array
  /** Where the signatures begin, 64 bytes each. */
  readonly signaturesAt: number
}

const SIGNATURE_BYTES = 64
const KEY_BYTES = 32
/** The high bit marks a message with a version. */
const VERSIONED = 0x80

/** @returns a text that says why it cannot be read */
export function readWire(bytes: Uint8Array): WireTransaction | string {
  try {
    return read(new Reader(bytes))
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

/** The bytes with a signature in its place. */
export function withSignature(
  bytes: Uint8Array,
  { signaturesAt }: WireTransaction,
  place: number,
  signature: Uint8Array,
): Uint8Array {
  const signed = Uint8Array.from(bytes)
  signed.set(signature, signaturesAt + SIGNATURE_BYTES * place)
  return signed
}

function read(reader: Reader): WireTransaction {
  const count = reader.count('signatures')
  const signaturesAt = reader.at
  const texts = times(count, () => textOf(reader.take(SIGNATURE_BYTES)))
  const message = reader.rest()
  const version = reader.byte()
  if ((version & VERSIONED) === 0) throw new Unreadable('it is a legacy transaction, not version 0')
  if (version !== VERSIONED) {
    throw new Unreadable(`it is a transaction of version ${version & 0x7f}, not version 0`)
  }
  const signers = reader.byte()
  reader.take(2)
  if (signers !== count || signers === 0)
    throw new Unreadable('it has not one place for a signature a signer')
  const keys = times(reader.count('keys'), () => toBase58(reader.take(KEY_BYTES)))
  if (keys.length < signers) throw new Unreadable('it has fewer keys than signers')
  const blockhash = toBase58(reader.take(KEY_BYTES))
  const instructions = times(reader.count('instructions'), () => instructionOf(reader, keys))
  for (let k = reader.count('lookup tables'); k > 0; k--) {
    reader.take(KEY_BYTES)
    reader.take(reader.count('indexes'))
    reader.take(reader.count('indexes'))
  }
  if (reader.rest().length > 0) throw new Unreadable('it has bytes behind its end')
  return {
    version: 0,
    size: reader.size,
    payer: keys[0]!,
    signatures: texts.map((signature, k) => ({ signer: keys[k]!, signature })),
    blockhash,
    instructions,
    message,
    signaturesAt,
  }
}

/** A program cannot come from a lookup table; what does is not known here, and null. */
function instructionOf(reader: Reader, keys: readonly string[]): CheckedInstruction {
  const program = keys[reader.byte()]
  if (program === undefined) throw new Unreadable('a program of it is not among its keys')
  const accounts = Array.from(reader.take(reader.count('accounts')), k => keys[k] ?? null)
  return { program, accounts, data: reader.take(reader.count('bytes of data')) }
}

function textOf(signature: Uint8Array): string | null {
  return signature.every(byte => byte === 0) ? null : toBase58(signature)
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make)
}

class Unreadable extends Error {}

class Reader {
  at = 0
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get size(): number {
    return this.bytes.length
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at)
  }

  byte(): number {
    return this.take(1)[0]!
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw new Unreadable('its bytes end too soon')
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }

  /** A number in 7 bits a byte, the lowest first, of at most 16 bits and written as short as it can be. */
  count(of: string): number {
    let value = 0
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte >= 0x80) continue
      if (value > 0xffff || (byte === 0 && shift > 0)) break
      return value
    }
    throw new Unreadable(`its number of ${of} cannot be read`)
  }
}
