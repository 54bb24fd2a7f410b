import { baseUnits, mulDiv, withinBalance, type BaseUnits } from '../../core/account/money.js'
import type { SwapIntent } from '../../core/ports/trading/journal.js'
import { SOL_MINT } from '../solana/programs.js'
import type { SwapPolicy } from './swap-policy.js'
import type { WalletView } from './wallet-view.js'

/** What an attempt gives, and the least that it takes for that. */
export interface SwapSize {
  readonly amount: BaseUnits
  readonly least: BaseUnits
}

/** Accounts that a transaction may have to pay for while it runs: one for wrapped SOL, one for what it takes. */
const ACCOUNTS = 2n

/**
 * What can be given now: no more than the wallet holds, of SOL only what is above the floor, the fee and
 * the rent of accounts. The least shrinks with it, rounded up. A text says why nothing can be given.
 */
export function sizeOf(
  { amount, least, givesMint }: Pick<SwapIntent, 'amount' | 'least' | 'givesMint'>,
  wallet: Pick<WalletView, 'lamports' | 'gives'>,
  { policy, rent }: { readonly policy: SwapPolicy; readonly rent: BaseUnits },
): SwapSize | string {
  const running = policy.feeMax + ACCOUNTS * rent
  if (wallet.lamports < running) {
    return `the wallet has ${wallet.lamports} lamports, and a swap needs ${running} for its fee and accounts`
  }
  const kept = givesMint === SOL_MINT ? policy.solFloor + running : 0n
  if (wallet.gives <= kept) {
    return kept === 0n
      ? 'the wallet holds nothing of what is to be given'
      : `the wallet holds ${wallet.gives} lamports, and keeps ${kept} back for fees and accounts`
  }
  const cut = withinBalance(amount, baseUnits(wallet.gives - kept))
  return { amount: cut, least: baseUnits(mulDiv(least, cut, amount, 'up')) }
}
