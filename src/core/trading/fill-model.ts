import { impactShare, type Costs } from '../account/costs.js'
import type { Fill } from '../account/fill.js'
import { roundDown, type Lot } from '../account/market.js'

/** Prices a market fill of the ticket's size: against the taker by slippage, and by impact at this size. */
export function priceAtMarket(ticket: Fill, direction: number, costs: Costs): void {
  ticket.price = marketPrice(ticket.reference, direction, ticket.size, costs)
}

/**
 * Price of a market fill: against the taker by slippage, and by impact at this quantity. Never
 * below 0: a curve far beyond the quantities that it was measured for takes all, and no more.
 */
function marketPrice(
  reference: number,
  direction: number,
  quantity: number,
  { slippage, impact }: Costs,
): number {
  if (impact === null) return reference * (1 + direction * slippage)
  const share = slippage + impactShare(impact, quantity)
  return reference * Math.max(0, 1 + direction * share)
}

/**
 * The quantity that `spend` buys (or sells short) with its fee, rounded down to the step.
 * Where price depends on size, the size before impact decides the price: the larger one, so the
 * dearer reading.
 */
export function affordableQuantity(
  spend: number,
  reference: number,
  direction: number,
  costs: Costs,
  lot: Lot,
): number {
  const withFee = 1 + costs.fee
  const plain = reference * (1 + direction * costs.slippage)
  if (costs.impact === null) return roundDown(spend / (plain * withFee), lot)
  const price = marketPrice(reference, direction, spend / (plain * withFee), costs)
  if (price <= 0) return 0
  return roundDown(spend / (price * withFee), lot)
}
