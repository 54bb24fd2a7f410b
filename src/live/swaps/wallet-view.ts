import type { BaseUnits } from '../../core/account/money.js'
import type { SwapIntent } from '../../core/ports/trading/journal.js'
import { mapped, type Reply } from '../reply.js'
import type { HeldAccount } from '../solana/rpc/chain.js'
import { SOL_MINT } from '../solana/programs.js'
import { tokenAccountOf, tokensIn } from '../solana/tokens/token-accounts.js'
import type { SwapParts } from './swap-parts.js'

/** What a wallet holds that matters to a swap, as of one slot. */
export interface WalletView {
  readonly seenAt: number
  readonly lamports: bigint
  /** Units of the token that is given, and of the one that is taken: of SOL its lamports, wrapped ones included. */
  readonly gives: bigint
  readonly takes: bigint
  /** Whether it has an account for what it takes. */
  readonly hasTarget: boolean
  readonly accounts: ReadonlyMap<string, HeldAccount | null>
}

/** Accounts of a wallet that a swap may change. */
export function watchedBy(
  { wallet, givesMint, takesMint }: SwapIntent,
  { tokens }: Pick<SwapParts, 'tokens'>,
): { readonly source: string; readonly target: string; readonly all: readonly string[] } {
  const account = (mint: string): string => tokenAccountOf(mint, wallet, tokens.get(mint)!.program)
  const [source, target] = [account(givesMint), account(takesMint)]
  return { source, target, all: [wallet, source, target] }
}

/** Looks into the wallet of an intent, at a node that has come to `since`. */
export async function lookIntoWallet(
  intent: SwapIntent,
  parts: Pick<SwapParts, 'chain' | 'tokens'>,
  since: number,
): Promise<Reply<WalletView>> {
  const reply = await parts.chain.accounts(watchedBy(intent, parts).all, since)
  return mapped(reply, ({ seenAt, accounts }) => ({ seenAt, ...viewOf(intent, parts, accounts) }))
}

/** What the accounts of a wallet hold. */
export function viewOf(
  intent: SwapIntent,
  parts: Pick<SwapParts, 'tokens'>,
  accounts: ReadonlyMap<string, HeldAccount | null>,
): Omit<WalletView, 'seenAt'> {
  const { source, target } = watchedBy(intent, parts)
  const lamports: BaseUnits | 0n = accounts.get(intent.wallet)?.lamports ?? 0n
  const held = (mint: string, address: string): bigint =>
    tokensIn(accounts.get(address)) + (mint === SOL_MINT ? lamports : 0n)
  return {
    lamports,
    gives: held(intent.givesMint, source),
    takes: held(intent.takesMint, target),
    hasTarget: (accounts.get(target) ?? null) !== null,
    accounts,
  }
}
