import { lotOf } from '../../src/core/account/market.js'
import type { Signer } from '../../src/core/ports/trading/signer.js'
import type { Rng } from '../../src/core/random.js'
import type { SwapMarket } from '../../src/live/broker/swap-market.js'
import { SOL_MINT, TOKEN_PROGRAM } from '../../src/live/solana/programs.js'
import type { SwapToken } from '../../src/live/swaps/swap-parts.js'
import { decodeSwap, encodeSwap, signedSwap } from './model-transaction.js'
import type { SwapFaults } from './swarm.js'

export const WALLET = 'J4ouAeNJBmCs2REvbKK1wRABYdbNpZJHTwPGVWWzxNQt'
export const SYMBOL = 'SOL-USDC'
export const token = (symbol: string, mint: string, decimals: number): SwapToken => ({
  mint,
  symbol,
  decimals,
  program: TOKEN_PROGRAM,
})
export const SOL = token('SOL', SOL_MINT, 9)
export const DOLLAR = token('USDC', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 6)
export const SOL_MARKET: SwapMarket = { symbol: SYMBOL, base: SOL, quote: DOLLAR, lot: lotOf(1e-9) }

/** A market of a simulated world, and the price that it begins at, dollars. */
export interface SimMarket extends SwapMarket {
  readonly price: number
}

const JUP = token('JUP', 'JUPyiwrYJFskUPiHa7hkeR8VUtAeFoSYbKedZNsDvCN', 6)
const WIF = token('WIF', 'EKpQGSJtjMFqKZ9KQanSqYXRcF8fBopzLHYxdM65zcjm', 6)
const IN_ORDER: readonly SimMarket[] = [
  { symbol: 'JUP-USDC', base: JUP, quote: DOLLAR, lot: lotOf(1e-6), price: 12 },
  { ...SOL_MARKET, price: 150 },
  { symbol: 'WIF-USDC', base: WIF, quote: DOLLAR, lot: lotOf(1e-6), price: 40 },
]

/** So many markets of one quote coin in canonical order; one is SOL. */
export function simulatedMarkets(count: number): readonly SimMarket[] {
  return count === 1 ? IN_ORDER.slice(1, 2) : IN_ORDER.slice(0, count)
}

/** A signer that signs whatever it is given, where it is not away. */
export function simulatedSigner(rng: Rng, faults: SwapFaults): Signer {
  return {
    address: WALLET,
    sign: bytes => {
      if (rng.next() < faults.signerAway) return Promise.reject(new Error('away'))
      const signed = signedSwap(decodeSwap(bytes))
      const transaction = encodeSwap(signed)
      return Promise.resolve({ kind: 'signed', transaction, signature: signed.signature })
    },
  }
}
