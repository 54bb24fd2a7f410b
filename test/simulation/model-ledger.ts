import { baseUnits } from '../../src/core/account/money.js'
import type {
  HeldAccount,
  LandedTransaction,
  TokenBalance,
} from '../../src/live/solana/rpc/chain.js'
import { SOL_MINT, SYSTEM_PROGRAM, TOKEN_PROGRAM } from '../../src/live/solana/programs.js'
import { tokenAccountOf } from '../../src/live/solana/tokens/token-accounts.js'
import { leastOfSwap, MODEL_FEE, type ModelSwap } from './model-transaction.js'

export const MODEL_RENT = 1_488_440n

/** What a wallet holds: lamports, and tokens in the accounts that it has. */
export interface Holdings {
  lamports: bigint
  readonly tokens: Map<string, bigint>
}

/** What running a swap made of holdings. */
export interface Outcome {
  readonly error: unknown
  readonly before: Holdings
  readonly after: Holdings
}

/** Runs a swap on holdings, which stay as they are: what it would bring is given. */
export function execute(swap: ModelSwap, before: Holdings, taken: bigint): Outcome {
  const { givesMint, takesMint, amount } = swap
  const after = copied(before)
  after.lamports -= MODEL_FEE
  const failed = (code: number): Outcome => ({
    error: { InstructionError: [3, { Custom: code }] },
    before,
    after: { lamports: before.lamports - MODEL_FEE, tokens: new Map(before.tokens) },
  })
  if (taken < leastOfSwap(swap)) return failed(6001)
  for (const [mint, change] of [
    [givesMint, -amount],
    [takesMint, taken],
  ] as const) {
    if (mint === SOL_MINT) after.lamports += change
    else {
      if (!after.tokens.has(mint)) after.lamports -= MODEL_RENT
      after.tokens.set(mint, (after.tokens.get(mint) ?? 0n) + change)
    }
  }
  const isShort = after.lamports < 0n || [...after.tokens.values()].some(units => units < 0n)
  return isShort ? failed(6024) : { error: null, before, after }
}

export function copied({ lamports, tokens }: Holdings): Holdings {
  return { lamports, tokens: new Map(tokens) }
}

/** An account of a wallet as a node tells it. */
export function accountIn(
  { lamports, tokens }: Holdings,
  wallet: string,
  address: string,
): HeldAccount | null {
  if (address === wallet) {
    return { lamports: baseUnits(lamports), owner: SYSTEM_PROGRAM, data: new Uint8Array(0) }
  }
  for (const [mint, units] of tokens) {
    if (tokenAccountOf(mint, wallet, TOKEN_PROGRAM) !== address) continue
    const data = new Uint8Array(165)
    new DataView(data.buffer).setBigUint64(64, units, true)
    return { lamports: baseUnits(MODEL_RENT), owner: TOKEN_PROGRAM, data }
  }
  return null
}

/** A transaction as a node tells it. */
export function landedOf(
  { wallet }: ModelSwap,
  { error, before, after }: Outcome,
  { slot, time }: { readonly slot: number; readonly time: number },
): LandedTransaction {
  const mints = [...new Set([...before.tokens.keys(), ...after.tokens.keys()])]
  const tokens = (held: Holdings): TokenBalance[] =>
    mints.flatMap((mint, k) => {
      const amount = held.tokens.get(mint)
      return amount === undefined ? [] : [{ index: k + 1, mint, owner: wallet, amount }]
    })
  const lamports = ({ lamports: own, tokens: held }: Holdings): bigint[] => [
    own,
    ...mints.map(mint => (held.has(mint) ? MODEL_RENT : 0n)),
  ]
  return {
    slot,
    time,
    error,
    fee: baseUnits(MODEL_FEE),
    accounts: [wallet, ...mints.map(mint => tokenAccountOf(mint, wallet, TOKEN_PROGRAM))],
    lamportsBefore: lamports(before),
    lamportsAfter: lamports(after),
    tokensBefore: tokens(before),
    tokensAfter: tokens(after),
  }
}
