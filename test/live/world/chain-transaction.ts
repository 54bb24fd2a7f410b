import { PublicKey, VersionedTransaction } from '@solana/web3.js'
import { COMPUTE_BUDGET_PROGRAM, SIGNATURE_FEE } from '../../../src/live/solana/programs.js'
import type { Svm } from './svm.js'

const TABLE_META = 56
const KEY = 32
const UNITS_DEFAULT = 200_000
const UNITS_MAX = 1_400_000

/** @throws where the bytes are no transaction */
export function readTransaction(bytes: Uint8Array): VersionedTransaction {
  return VersionedTransaction.deserialize(bytes)
}

/** All accounts that a transaction names, with those of its lookup tables. */
export function keysOf({ message }: VersionedTransaction, svm: Svm): string[] {
  const writable: string[] = []
  const readonly: string[] = []
  for (const lookup of message.addressTableLookups) {
    const { data } = svm.account(lookup.accountKey.toBase58())!
    const at = (k: number): string => {
      const from = TABLE_META + KEY * k
      return new PublicKey(data.slice(from, from + KEY)).toBase58()
    }
    writable.push(...lookup.writableIndexes.map(at))
    readonly.push(...lookup.readonlyIndexes.map(at))
  }
  return [...message.staticAccountKeys.map(key => key.toBase58()), ...writable, ...readonly]
}

/** What the chain takes for a transaction, lamports, whether it succeeds or not. */
export function feeOf({ message }: VersionedTransaction): bigint {
  let [units, price, others] = [0, 0n, 0]
  for (const { programIdIndex, data } of message.compiledInstructions) {
    const bytes = Buffer.from(data)
    if (message.staticAccountKeys[programIdIndex]!.toBase58() !== COMPUTE_BUDGET_PROGRAM) others++
    else if (bytes[0] === 2) units = bytes.readUInt32LE(1)
    else if (bytes[0] === 3) price = bytes.readBigUInt64LE(1)
  }
  if (units === 0) units = Math.min(UNITS_MAX, UNITS_DEFAULT * others)
  const base = SIGNATURE_FEE * BigInt(message.header.numRequiredSignatures)
  return base + (BigInt(units) * price + 999_999n) / 1_000_000n
}
