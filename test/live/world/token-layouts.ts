import { PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js'
import { ASSOCIATED_TOKEN_PROGRAM, TOKEN_PROGRAM } from '../../../src/live/solana/programs.js'

/** Token-2022 extensions, by their numbers in the data of a mint. */
export const EXTENSIONS = { transferFee: 1, permanentDelegate: 12, transferHook: 14 } as const

export interface MintTerms {
  readonly decimals: number
  readonly supply?: bigint
  readonly mintAuthority?: string | null
  readonly freezeAuthority?: string | null
  /** Extensions of a Token-2022 mint, with their data. */
  readonly extensions?: readonly (readonly [type: number, data: Buffer])[]
}

/** The data of a mint; the length that has no extensions is 82 bytes. */
export function mintData(terms: MintTerms): Uint8Array {
  const { decimals, supply = 10n ** 15n, extensions = [] } = terms
  const data = Buffer.alloc(82)
  authority(data, 0, terms.mintAuthority ?? null)
  data.writeBigUInt64LE(supply, 36)
  data[44] = decimals
  data[45] = 1
  authority(data, 46, terms.freezeAuthority ?? null)
  if (extensions.length === 0) return new Uint8Array(data)
  // The kind of the account stands behind the bytes that a token account would fill.
  const padded = Buffer.concat([data, Buffer.alloc(165 - 82), Buffer.from([1])])
  const entries = extensions.map(([type, content]) => {
    const head = Buffer.alloc(4)
    head.writeUInt16LE(type, 0)
    head.writeUInt16LE(content.length, 2)
    return Buffer.concat([head, content])
  })
  return new Uint8Array(Buffer.concat([padded, ...entries]))
}

/** The data of a token account. */
export function tokenData(mint: string, owner: string, amount: bigint): Uint8Array {
  const data = Buffer.alloc(165)
  new PublicKey(mint).toBuffer().copy(data, 0)
  new PublicKey(owner).toBuffer().copy(data, 32)
  data.writeBigUInt64LE(amount, 64)
  data[108] = 1
  return new Uint8Array(data)
}

function authority(data: Buffer, at: number, key: string | null): void {
  if (key === null) return
  data.writeUInt32LE(1, at)
  new PublicKey(key).toBuffer().copy(data, at + 4)
}

/** The account in which a wallet holds a token. */
export function tokenAddress(mint: string, owner: string, program = TOKEN_PROGRAM): string {
  const seeds = [owner, program, mint].map(key => new PublicKey(key).toBuffer())
  const [address] = PublicKey.findProgramAddressSync(seeds, new PublicKey(ASSOCIATED_TOKEN_PROGRAM))
  return address.toBase58()
}

/** Makes that account where it is missing. */
export function createTokenAccount(
  mint: string,
  owner: string,
  program: string,
): TransactionInstruction {
  const keys = [
    { pubkey: new PublicKey(owner), isSigner: true, isWritable: true },
    {
      pubkey: new PublicKey(tokenAddress(mint, owner, program)),
      isSigner: false,
      isWritable: true,
    },
    { pubkey: new PublicKey(owner), isSigner: false, isWritable: false },
    { pubkey: new PublicKey(mint), isSigner: false, isWritable: false },
    { pubkey: SystemProgram.programId, isSigner: false, isWritable: false },
    { pubkey: new PublicKey(program), isSigner: false, isWritable: false },
  ]
  const programId = new PublicKey(ASSOCIATED_TOKEN_PROGRAM)
  return new TransactionInstruction({ programId, keys, data: Buffer.from([1]) })
}

/** Counts lamports that were sent to an account of wrapped SOL. */
export function syncNative(account: string): TransactionInstruction {
  const keys = [{ pubkey: new PublicKey(account), isSigner: false, isWritable: true }]
  const programId = new PublicKey(TOKEN_PROGRAM)
  return new TransactionInstruction({ programId, keys, data: Buffer.from([17]) })
}

/** Closes a token account; what it holds of SOL goes to its owner. */
export function closeAccount(account: string, owner: string): TransactionInstruction {
  const keys = [
    { pubkey: new PublicKey(account), isSigner: false, isWritable: true },
    { pubkey: new PublicKey(owner), isSigner: false, isWritable: true },
    { pubkey: new PublicKey(owner), isSigner: true, isWritable: false },
  ]
  const programId = new PublicKey(TOKEN_PROGRAM)
  return new TransactionInstruction({ programId, keys, data: Buffer.from([9]) })
}
