import type { SwapIntent } from '../../core/ports/journal.js'
import { passing, type Failure } from '../reply.js'
import type { SwapQuote } from '../jupiter/swap-venue.js'
import type { SwapParts } from './swap-parts.js'

/**
 * Compares a quote with an independent price. A purchase without such a price is not made; a sale goes
 * by the price that it was decided at, since leaving a position must not hang on a further source.
 * @returns why the quote is not taken, or null
 */
export async function objectionToPrice(
  intent: SwapIntent,
  quote: SwapQuote,
  parts: Pick<SwapParts, 'prices' | 'tokens' | 'policy' | 'notice'>,
): Promise<Failure | null> {
  const { givesMint, takesMint } = intent
  const reply = await parts.prices.prices([givesMint, takesMint])
  const prices = reply.kind === 'answered' ? reply.value : new Map<string, number>()
  const [given, taken] = [prices.get(givesMint), prices.get(takesMint)]
  if (given === undefined || taken === undefined) {
    const reason = reply.kind === 'failed' ? reply.reason : 'a token has no price'
    const text = `no independent price: ${reason}`
    if (intent.side === 'buy') return passing(text)
    parts.notice({ kind: 'unpriced', order: intent.order, text })
    return null
  }
  const worth = (mint: string, units: bigint, price: number): number =>
    (Number(units) / 10 ** parts.tokens.get(mint)!.decimals) * price
  const [gives, takes] = [worth(givesMint, quote.amount, given), worth(takesMint, quote.out, taken)]
  const belowBps = (1 - takes / gives) * 10_000
  if (belowBps <= parts.policy.priceToleranceBps) return null
  const limit = `above ${parts.policy.priceToleranceBps}`
  return passing(`the quote is ${belowBps.toFixed(0)} bps below an independent price, ${limit}`)
}
