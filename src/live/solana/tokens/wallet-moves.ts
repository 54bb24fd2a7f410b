import type { BaseUnits } from '../../../core/account/money.js'
import type { LandedTransaction, TokenBalance } from '../rpc/chain.js'
import { SOL_MINT } from '../programs.js'

/** What a transaction has moved in a wallet. */
export interface WalletMoves {
  /** Change of the units of a token; of SOL without fee and rent. */
  readonly change: (mint: string) => bigint
  readonly fee: BaseUnits
  /** Lamports put down for accounts, or given back where below 0. */
  readonly rent: bigint
}

/**
 * What a landed transaction has moved in a wallet that paid for it: of tokens the difference of its
 * balances, of SOL that of its lamports and of its wrapped SOL, without the fee and without what
 * accounts must hold.
 */
export function movesOf(landed: LandedTransaction, wallet: string): WalletMoves {
  const { accounts, fee } = landed
  const at = accounts.indexOf(wallet)
  const before = owned(landed.tokensBefore, wallet)
  const after = owned(landed.tokensAfter, wallet)
  const lamports = landed.lamportsAfter[at]! - landed.lamportsBefore[at]!
  const rent = rentIn(after, landed.lamportsAfter) - rentIn(before, landed.lamportsBefore)
  const tokens = (mint: string): bigint => unitsOf(after, mint) - unitsOf(before, mint)
  return {
    change: mint => (mint === SOL_MINT ? lamports + fee + rent + tokens(mint) : tokens(mint)),
    fee,
    rent,
  }
}

function owned(balances: readonly TokenBalance[], wallet: string): readonly TokenBalance[] {
  return balances.filter(({ owner }) => owner === wallet)
}

function unitsOf(balances: readonly TokenBalance[], mint: string): bigint {
  return balances.reduce((sum, held) => (held.mint === mint ? sum + held.amount : sum), 0n)
}

/** Lamports in token accounts that are not wrapped SOL themselves. */
function rentIn(balances: readonly TokenBalance[], lamports: readonly bigint[]): bigint {
  return balances.reduce((sum, { index, mint, amount }) => {
    return sum + lamports[index]! - (mint === SOL_MINT ? amount : 0n)
  }, 0n)
}
