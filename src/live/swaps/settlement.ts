import { baseUnits } from '../../core/account/money.js'
import type { Millis } from '../../core/candles/time.js'
import type { SwapAttempt, SwapFill, SwapIntent } from '../../core/ports/trading/journal.js'
import type { LandedTransaction } from '../solana/rpc/chain.js'
import { SOL_MINT } from '../solana/programs.js'
import { movesOf } from '../solana/tokens/wallet-moves.js'

/**
 * The fill of an attempt that landed: what the chain moved in the wallet, never what was quoted. Lamports
 * that are neither fee nor swap, such as those of accounts that a route makes, stand beside its rent, so
 * that all that left the wallet is booked.
 */
export function fillOfLanded(
  { order, wallet, givesMint, takesMint }: SwapIntent,
  { number, signature, amount }: Pick<SwapAttempt, 'number' | 'signature' | 'amount'>,
  landed: LandedTransaction,
  now: Millis,
): SwapFill {
  const { change, fee, rent } = movesOf(landed, wallet)
  const [given, taken] = [-change(givesMint), change(takesMint)]
  const touchesSol = givesMint === SOL_MINT || takesMint === SOL_MINT
  const beyond = givesMint === SOL_MINT && given > amount ? given - amount : 0n
  const aside = touchesSol ? beyond : -change(SOL_MINT)
  return {
    order,
    number,
    signature,
    given: baseUnits(given - beyond),
    taken: baseUnits(taken),
    fee,
    rent: rent + aside,
    slot: landed.slot,
    time: landed.time ?? now,
  }
}
