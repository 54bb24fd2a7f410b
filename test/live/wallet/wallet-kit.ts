import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ComputeBudgetProgram,
  PublicKey,
  SystemProgram,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
  type AddressLookupTableAccount,
} from '@solana/web3.js'
import { afterAll } from 'vitest'
import { baseUnits } from '../../../src/core/account/money.js'
import type { SignedSwap } from '../../../src/core/ports/trading/signer.js'
import {
  ASSOCIATED_TOKEN_PROGRAM,
  JUPITER_PROGRAM,
  SOL_MINT,
  TOKEN_PROGRAM,
} from '../../../src/live/solana/programs.js'
import { tokenAddress } from '../../../src/live/solana/tokens/token-address.js'
import { SigningBook } from '../../../src/live/wallet/signing-book.js'
import { writeFirstLimits } from '../../../src/live/wallet/signing-limits.js'
import { WalletKey } from '../../../src/live/wallet/wallet-key.js'

export const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v'

/** A private folder, removed after the tests of a file. */
export function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-key-'))
  chmodSync(folder, 0o700)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A plain key file with limits and a book. */
export function plainWallet(folder: string, name = 'key.json'): { key: WalletKey; file: string } {
  const key = WalletKey.random()
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(bytesOf(key)), { mode: 0o600 })
  writeFirstLimits(file)
  SigningBook.begin(file, key)
  return { key, file }
}

/** The 64 bytes of a key as Solana's command line writes them. */
export function bytesOf(key: WalletKey): number[] {
  return key.lend(seed => [...seed, ...new PublicKey(key.address).toBytes()])
}

/** 10 USDC for at least 0.05 SOL. */
export function swapOf(changes: Partial<SignedSwap> = {}): SignedSwap {
  return {
    order: 'order-1',
    givesMint: USDC,
    takesMint: SOL_MINT,
    amount: baseUnits(10_000_000n),
    least: baseUnits(50_000_000n),
    worth: baseUnits(10_000_000n),
    feeMax: baseUnits(100_000n),
    ...changes,
  }
}

const key = (address: string): PublicKey => new PublicKey(address)
const account = (address: string, isSigner = false, isWritable = true) => ({
  pubkey: key(address),
  isSigner,
  isWritable,
})

/** A route of Jupiter from one token account of a wallet to another. */
export function route(
  wallet: string,
  { givesMint, takesMint, amount, least }: SignedSwap,
  changes: {
    slippageBps?: number
    feeBps?: number
    source?: string
    destination?: string
    other?: string
    user?: string
  } = {},
): TransactionInstruction {
  const { slippageBps = 0, feeBps = 0, other = JUPITER_PROGRAM, user = wallet } = changes
  const source = changes.source ?? tokenAddress(givesMint, wallet, TOKEN_PROGRAM)
  const destination = changes.destination ?? tokenAddress(takesMint, wallet, TOKEN_PROGRAM)
  const terms = Buffer.alloc(22)
  terms.writeBigUInt64LE(amount, 0)
  terms.writeBigUInt64LE(least, 8)
  terms.writeUInt16LE(slippageBps, 16)
  terms.writeUInt16LE(feeBps, 18)
  return new TransactionInstruction({
    programId: key(JUPITER_PROGRAM),
    keys: [
      account(user, true),
      account(source),
      account(destination),
      account(givesMint, false, false),
      account(takesMint, false, false),
      account(TOKEN_PROGRAM, false, false),
      account(TOKEN_PROGRAM, false, false),
      account(other, false, false),
    ],
    data: Buffer.concat([Buffer.from('bb64facc31c4af14', 'hex'), terms, Buffer.from([1, 0, 0, 0])]),
  })
}

export const budget = (units = 200_000, microLamports = 100_000): TransactionInstruction[] => [
  ComputeBudgetProgram.setComputeUnitLimit({ units }),
  ComputeBudgetProgram.setComputeUnitPrice({ microLamports }),
]

/** Opens the wallet's account of a token. */
export function opening(wallet: string, mint: string, owner = wallet): TransactionInstruction {
  return new TransactionInstruction({
    programId: key(ASSOCIATED_TOKEN_PROGRAM),
    keys: [
      account(wallet, true),
      account(tokenAddress(mint, owner, TOKEN_PROGRAM)),
      account(owner, false, false),
      account(mint, false, false),
      account(SystemProgram.programId.toBase58(), false, false),
      account(TOKEN_PROGRAM, false, false),
    ],
    data: Buffer.from([1]),
  })
}

/** An instruction of the token program. */
export function tokenCall(
  data: readonly number[],
  accounts: readonly string[],
  signer: string,
): TransactionInstruction {
  return new TransactionInstruction({
    programId: key(TOKEN_PROGRAM),
    keys: accounts.map(address => account(address, address === signer)),
    data: Buffer.from(data),
  })
}

/** Units as the eight bytes of an instruction. */
export function units(amount: bigint): number[] {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(amount)
  return [...bytes]
}

/** The bytes of a transaction of version 0 that nobody has signed. */
export function transactionOf(
  payer: string,
  instructions: readonly TransactionInstruction[],
  { tables = [], hash = 7 }: { tables?: AddressLookupTableAccount[]; hash?: number } = {},
): Uint8Array {
  const message = new TransactionMessage({
    payerKey: key(payer),
    recentBlockhash: new PublicKey(Buffer.alloc(32, hash)).toBase58(),
    instructions: [...instructions],
  }).compileToV0Message(tables)
  return new VersionedTransaction(message).serialize()
}

/** A swap as it should be. */
export function honest(wallet: string, swap: SignedSwap, hash?: number): Uint8Array {
  const instructions = [...budget(), opening(wallet, swap.takesMint), route(wallet, swap)]
  return transactionOf(wallet, instructions, hash === undefined ? {} : { hash })
}
