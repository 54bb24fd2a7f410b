import {
  AddressLookupTableAccount,
  ComputeBudgetProgram,
  PublicKey,
  SystemProgram,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js'
import { JUPITER_PROGRAM, SOL_MINT, TOKEN_PROGRAM } from '../../../src/live/solana/programs.js'
import type { WorldToken } from './pools.js'
import { ROUTE_V2 } from './swap-program.js'
import { closeAccount, createTokenAccount, syncNative, tokenAddress } from './token-layouts.js'

const EVENT_AUTHORITY = 'D8cy77BBepLMngZx6ZukaTff5hCt1HrWyKk3Hnd9oitf'

/** What a transaction is built from. */
export interface SwapTerms {
  readonly user: string
  readonly gives: WorldToken
  readonly takes: WorldToken
  readonly amount: bigint
  readonly quoted: bigint
  readonly slippageBps: number
  readonly blockhash: string
  readonly units: number
  /** Micro-lamports a unit. */
  readonly unitPrice: number
  readonly table: AddressLookupTableAccount
  /** What a bad answer has in place of the right. */
  readonly tampered: Tampering
}

/** How an answer differs from what was asked. */
export interface Tampering {
  readonly payer?: string
  /** Owner of the account that the swap pays into. */
  readonly receiver?: string
  /** Further instructions, in front of all others. */
  readonly instructions?: readonly TransactionInstruction[]
  readonly gives?: WorldToken
  readonly takes?: WorldToken
  readonly amount?: bigint
  readonly quoted?: bigint
  readonly slippageBps?: number
  readonly unitPrice?: number
  readonly isLegacy?: boolean
}

/** The transaction that swaps, unsigned, as Jupiter builds it: one instruction of its own, and the wrapping of SOL. */
export function buildSwap(asked: SwapTerms): VersionedTransaction {
  const terms = { ...asked, ...asked.tampered }
  const { user, gives, takes } = terms
  const payer = terms.tampered.payer ?? user
  const target = tokenAddress(takes.mint, terms.tampered.receiver ?? user, takes.program)
  const source = tokenAddress(gives.mint, user, gives.program)
  const wrapped = tokenAddress(SOL_MINT, user)
  const touchesSol = gives.mint === SOL_MINT || takes.mint === SOL_MINT
  const instructions = [
    ComputeBudgetProgram.setComputeUnitLimit({ units: terms.units }),
    ComputeBudgetProgram.setComputeUnitPrice({ microLamports: terms.unitPrice }),
    ...(terms.tampered.instructions ?? []),
    ...(gives.mint === SOL_MINT ? wrapping(user, wrapped, terms.amount) : []),
    createTokenAccount(takes.mint, user, takes.program),
    routeInstruction({ ...terms, source, target }),
    ...(touchesSol ? [closeAccount(wrapped, user)] : []),
  ]
  const message = new TransactionMessage({
    payerKey: new PublicKey(payer),
    recentBlockhash: terms.blockhash,
    instructions,
  })
  if (terms.isLegacy === true) return new VersionedTransaction(message.compileToLegacyMessage())
  return new VersionedTransaction(message.compileToV0Message([terms.table]))
}

function wrapping(user: string, wrapped: string, lamports: bigint): TransactionInstruction[] {
  const [fromPubkey, toPubkey] = [new PublicKey(user), new PublicKey(wrapped)]
  return [
    createTokenAccount(SOL_MINT, user, TOKEN_PROGRAM),
    SystemProgram.transfer({ fromPubkey, toPubkey, lamports }),
    syncNative(wrapped),
  ]
}

interface RouteTerms extends Pick<
  SwapTerms,
  'user' | 'gives' | 'takes' | 'amount' | 'quoted' | 'slippageBps'
> {
  readonly source: string
  readonly target: string
}

/** `route_v2`: who gives, from where to where, the mints and their programs; then the terms. */
function routeInstruction(terms: RouteTerms): TransactionInstruction {
  const { user, source, target, gives, takes } = terms
  const account = (key: string, isWritable = false): TransactionInstruction['keys'][number] => ({
    pubkey: new PublicKey(key),
    isSigner: key === user,
    isWritable,
  })
  const data = Buffer.alloc(8 + 8 + 8 + 2 + 2 + 2 + 4 + 6)
  ROUTE_V2.copy(data)
  data.writeBigUInt64LE(terms.amount, 8)
  data.writeBigUInt64LE(terms.quoted, 16)
  data.writeUInt16LE(terms.slippageBps, 24)
  data.writeUInt32LE(1, 30)
  return new TransactionInstruction({
    programId: new PublicKey(JUPITER_PROGRAM),
    keys: [
      account(user),
      account(source, true),
      account(target, true),
      account(gives.mint),
      account(takes.mint),
      account(gives.program),
      account(takes.program),
      account(JUPITER_PROGRAM),
      account(EVENT_AUTHORITY),
      account(JUPITER_PROGRAM),
    ],
    data,
  })
}
