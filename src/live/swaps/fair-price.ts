import type { SwapIntent } from '../../core/ports/trading/journal.js'
import type { SwapQuote } from '../jupiter/swap-venue.js'
import { passing, type Failure } from '../reply.js'
import type { SwapParts } from './swap-parts.js'

/** Dollars of the token that is given and of the one that is taken; null where one has no price now. */
export interface FairPrices {
  readonly given: number
  readonly taken: number
}

/**
 * Asks for independent prices. A purchase without them is not made; a sale goes by the price that it was
 * decided at, since leaving a position must not hang on a further source.
 */
export async function fairPrices(
  { order, side, givesMint, takesMint }: SwapIntent,
  { prices, notice }: Pick<SwapParts, 'prices' | 'notice'>,
): Promise<FairPrices | null | Failure> {
  const reply = await prices.prices([givesMint, takesMint])
  if (reply.kind === 'answered') {
    const [given, taken] = [reply.value.get(givesMint), reply.value.get(takesMint)]
    if (given !== undefined && taken !== undefined) return { given, taken }
  }
  const reason = reply.kind === 'failed' ? reply.reason : 'a token has no price'
  const text = `no independent price: ${reason}`
  if (side === 'buy') return passing(text)
  notice({ kind: 'unpriced', order, text })
  return null
}

/** Why a quote is not taken, beside prices that it should not be far below; null where it is. */
export function objectionToPrice(
  { givesMint, takesMint, amount, out }: SwapQuote,
  fair: FairPrices | null,
  { tokens, policy }: Pick<SwapParts, 'tokens' | 'policy'>,
): Failure | null {
  if (fair === null) return null
  const worth = (mint: string, units: bigint, price: number): number =>
    (Number(units) / 10 ** tokens.get(mint)!.decimals) * price
  const gives = worth(givesMint, amount, fair.given)
  const belowBps = (1 - worth(takesMint, out, fair.taken) / gives) * 10_000
  if (belowBps <= policy.priceToleranceBps) return null
  const limit = `above ${policy.priceToleranceBps}`
  return passing(`the quote is ${belowBps.toFixed(0)} bps below an independent price, ${limit}`)
}
