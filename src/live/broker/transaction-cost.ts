import { tokensOf, type BaseUnits } from '../../core/account/money.js'
import { SOL_MINT } from '../solana/programs.js'
import type { SwapParts } from '../swaps/swap-parts.js'
import type { SwapMarket } from './swap-market.js'

const LAMPORTS = { symbol: 'SOL', decimals: 9 }

/** What lamports are worth in the quote of a market: by its own price where it trades SOL. */
export class TransactionCosts {
  private readonly parts: Pick<SwapParts, 'prices' | 'notice'>
  /** The last price of SOL in a quote token, by its mint. */
  private readonly known = new Map<string, number>()

  constructor(parts: Pick<SwapParts, 'prices' | 'notice'>) {
    this.parts = parts
  }

  /** Tokens of the quote. `price` is that of the fill, quote a base token. */
  async of(lamports: BaseUnits, { base, quote }: SwapMarket, price: number): Promise<number> {
    const sol = tokensOf(lamports, LAMPORTS)
    if (quote.mint === SOL_MINT) return sol
    if (base.mint === SOL_MINT) return this.remember(quote.mint, price) * sol
    const reply = await this.parts.prices.prices([SOL_MINT, quote.mint])
    const prices = reply.kind === 'answered' ? reply.value : new Map<string, number>()
    const [one, other] = [prices.get(SOL_MINT), prices.get(quote.mint)]
    if (one !== undefined && other !== undefined) {
      return this.remember(quote.mint, one / other) * sol
    }
    const last = this.known.get(quote.mint)
    const text = `SOL has no price in ${quote.symbol}: fees are valued at ${last ?? 0}`
    this.parts.notice({ kind: 'unpriced', order: null, text })
    return (last ?? 0) * sol
  }

  private remember(mint: string, price: number): number {
    this.known.set(mint, price)
    return price
  }
}
