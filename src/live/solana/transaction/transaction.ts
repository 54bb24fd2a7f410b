import { PublicKey, VersionedTransaction, type MessageCompiledInstruction } from '@solana/web3.js'
import { COMPUTE_BUDGET_PROGRAM, SIGNATURE_FEE } from '../programs.js'
import { toBase58 } from '../base58.js'

/** One instruction of a transaction. */
export interface Instruction {
  readonly program: string
  readonly accounts: readonly string[]
  readonly data: Uint8Array
}

/** What a transaction would do, read from its bytes. */
export interface TransactionContents {
  readonly version: 'legacy' | number
  /** Bytes of the whole. */
  readonly size: number
  readonly payer: string
  /** Signatures in the order of their signers, base58; null for one that is missing. */
  readonly signatures: readonly { readonly signer: string; readonly signature: string | null }[]
  readonly blockhash: string
  readonly instructions: readonly Instruction[]
  /** Network and priority fee, lamports; null where the transaction does not limit its units. */
  readonly fee: bigint | null
}

/** The data of lookup tables, by their addresses. */
export type LookupTables = ReadonlyMap<string, Uint8Array>

const TABLE_META = 56
const KEY_BYTES = 32
/** Version 1, with its high bit. */
const FIRST_VERSION = 0x81

/** Lookup tables that a transaction names; undefined for what is no transaction that can be read. */
export function tablesIn(bytes: Uint8Array): readonly string[] | undefined {
  const transaction = decoded(bytes)
  return transaction?.message.addressTableLookups.map(({ accountKey }) => accountKey.toBase58())
}

/** Reads a transaction; a text says why it cannot be read. */
export function readTransaction(
  bytes: Uint8Array,
  tables: LookupTables,
): TransactionContents | string {
  const transaction = decoded(bytes)
  if (transaction === undefined) return 'its bytes are no transaction of a known version'
  const { message, signatures } = transaction
  const keys = keysOf(transaction, tables)
  if (typeof keys === 'string') return keys
  const instructions = message.compiledInstructions.map(found => instructionOf(found, keys))
  const signers = keys.slice(0, message.header.numRequiredSignatures)
  return {
    version: transaction.version,
    size: bytes.length,
    payer: keys[0]!,
    signatures: signers.map((signer, k) => ({ signer, signature: textOf(signatures[k]!) })),
    blockhash: message.recentBlockhash,
    instructions,
    fee: feeOf(instructions, signers.length),
  }
}

function decoded(bytes: Uint8Array): VersionedTransaction | undefined {
  const [count = 0] = bytes
  // A transaction of version 1 begins with its version, not with a count of signatures.
  if (count === FIRST_VERSION) return undefined
  try {
    return VersionedTransaction.deserialize(bytes)
  } catch {
    return undefined
  }
}

function keysOf(
  { message }: VersionedTransaction,
  tables: LookupTables,
): readonly string[] | string {
  const [writable, readonly]: [string[], string[]] = [[], []]
  for (const { accountKey, writableIndexes, readonlyIndexes } of message.addressTableLookups) {
    const name = accountKey.toBase58()
    const data = tables.get(name)
    const listed = data === undefined ? 0 : Math.floor((data.length - TABLE_META) / KEY_BYTES)
    const highest = Math.max(-1, ...writableIndexes, ...readonlyIndexes)
    if (data === undefined || highest >= listed) return `its lookup table ${name} cannot be read`
    const at = (k: number): string => keyAt(data, TABLE_META + KEY_BYTES * k)
    writable.push(...writableIndexes.map(at))
    readonly.push(...readonlyIndexes.map(at))
  }
  return [...message.staticAccountKeys.map(key => key.toBase58()), ...writable, ...readonly]
}

function keyAt(data: Uint8Array, at: number): string {
  return new PublicKey(data.subarray(at, at + KEY_BYTES)).toBase58()
}

function instructionOf(
  { programIdIndex, accountKeyIndexes, data }: MessageCompiledInstruction,
  keys: readonly string[],
): Instruction {
  const accounts = accountKeyIndexes.map(k => keys[k] ?? '')
  return { program: keys[programIdIndex] ?? '', accounts, data }
}

function textOf(signature: Uint8Array): string | null {
  return signature.every(byte => byte === 0) ? null : toBase58(signature)
}

/** The price is charged for all units of the limit, used or not. */
function feeOf(instructions: readonly Instruction[], signers: number): bigint | null {
  let units: bigint | null = null
  let price = 0n
  for (const { program, data } of instructions) {
    if (program !== COMPUTE_BUDGET_PROGRAM) continue
    const view = new DataView(data.buffer, data.byteOffset, data.length)
    if (data[0] === 2 && data.length >= 5) units = BigInt(view.getUint32(1, true))
    if (data[0] === 3 && data.length >= 9) price = view.getBigUint64(1, true)
  }
  if (units === null) return null
  return SIGNATURE_FEE * BigInt(signers) + (units * price + 999_999n) / 1_000_000n
}
