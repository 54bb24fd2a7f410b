import { createHash } from 'node:crypto'
import {
  COMPUTE_BUDGET_PROGRAM,
  JUPITER_PROGRAM,
  TOKEN_PROGRAM,
} from '../../src/live/solana/programs.js'
import { tokenAccountOf } from '../../src/live/solana/tokens/token-accounts.js'
import type { TransactionContents } from '../../src/live/solana/transaction/transaction.js'

/** A swap on its way through the model of a chain. */
export interface ModelSwap {
  readonly wallet: string
  readonly givesMint: string
  readonly takesMint: string
  readonly amount: bigint
  readonly quoted: bigint
  readonly slippageBps: number
  /** Height of the block that it names. */
  readonly born: number
  /** Tells two that are alike apart. */
  readonly salt: number
  readonly signature: string | null
}

export const MODEL_FEE = 25_000n

export function encodeSwap(swap: ModelSwap): Uint8Array {
  const text = JSON.stringify(swap, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  return new TextEncoder().encode(text)
}

export function decodeSwap(bytes: Uint8Array): ModelSwap {
  const swap = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
  return {
    ...(swap as unknown as ModelSwap),
    amount: BigInt(swap['amount'] as string),
    quoted: BigInt(swap['quoted'] as string),
  }
}

/** The same with a signature, which follows from all that is signed. */
export function signedSwap(swap: ModelSwap): ModelSwap & { readonly signature: string } {
  const bytes = encodeSwap({ ...swap, signature: null })
  return { ...swap, signature: createHash('sha256').update(bytes).digest('hex') }
}

/** What a real transaction of such a swap would say of itself. */
export function contentsOf(bytes: Uint8Array): TransactionContents {
  const swap = decodeSwap(bytes)
  const { wallet, givesMint, takesMint } = swap
  const account = (mint: string): string => tokenAccountOf(mint, wallet, TOKEN_PROGRAM)
  const data = Buffer.alloc(40)
  Buffer.from('bb64facc31c4af14', 'hex').copy(data)
  data.writeBigUInt64LE(swap.amount, 8)
  data.writeBigUInt64LE(swap.quoted, 16)
  data.writeUInt16LE(swap.slippageBps, 24)
  const accounts = [wallet, account(givesMint), account(takesMint), givesMint, takesMint]
  return {
    version: 0,
    size: 600,
    payer: wallet,
    signatures: [{ signer: wallet, signature: null }],
    blockhash: String(swap.born),
    instructions: [
      { program: COMPUTE_BUDGET_PROGRAM, accounts: [], data: new Uint8Array([2]) },
      {
        program: JUPITER_PROGRAM,
        accounts: [...accounts, TOKEN_PROGRAM, TOKEN_PROGRAM, JUPITER_PROGRAM],
        data,
      },
    ],
    fee: MODEL_FEE,
  }
}

/** The least that it brings, else it fails. */
export function leastOfSwap({ quoted, slippageBps }: ModelSwap): bigint {
  return (quoted * BigInt(10_000 - slippageBps)) / 10_000n
}
