import { UNITS_MAX, baseUnits } from '../../core/account/money.js'
import type { Lot } from '../../core/account/market.js'
import type { Millis } from '../../core/candles/time.js'
import type { SwapIntent } from '../../core/ports/trading/journal.js'
import type { Approved } from '../../core/risk/guard.js'
import { swapOf, type Swap } from '../../core/trading/venue/swap.js'
import type { VenueOrder } from '../../core/trading/venue/venue-order.js'
import type { SwapToken } from '../swaps/swap-parts.js'

/** A market whose orders are swaps. */
export interface SwapMarket {
  readonly symbol: string
  readonly base: SwapToken
  readonly quote: SwapToken
  /** Its steps: what is left of an order below them counts for nothing. */
  readonly lot: Lot
}

export interface IntentTerms {
  readonly session: string
  readonly wallet: string
  /** How much less than at its price an order may bring, bps. */
  readonly referenceBps: number
  readonly now: Millis
}

/** An order as an intent; null where it is too small for a unit of what is given. What the wallet holds cuts its attempts. */
export function intentOf(
  order: Approved<VenueOrder>,
  market: SwapMarket,
  { session, wallet, referenceBps, now }: IntentTerms,
): SwapIntent | null {
  const slippageBps = order.kind === 'limit' ? 0 : referenceBps
  const swap = swapOf(order, { pair: market, balance: baseUnits(UNITS_MAX), slippageBps })
  if (swap === null) return null
  return {
    order: order.id,
    session,
    wallet,
    symbol: market.symbol,
    side: order.side,
    givesMint: mintOf(swap.gives, market),
    takesMint: mintOf(swap.takes, market),
    amount: swap.amount,
    least: swap.least,
    slippageBps,
    decidedAt: now,
  }
}

/** An intent as the swap that it stands for. */
export function swapFor(intent: SwapIntent, { base, quote }: SwapMarket): Swap {
  const isBuy = intent.side === 'buy'
  const { order, side, amount, least } = intent
  return {
    order,
    side,
    gives: isBuy ? quote : base,
    takes: isBuy ? base : quote,
    amount,
    least,
  }
}

function mintOf({ symbol }: Swap['gives'], { base, quote }: SwapMarket): string {
  return symbol === base.symbol ? base.mint : quote.mint
}
