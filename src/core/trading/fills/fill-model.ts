import { impactShare, type Costs } from '../../account/costs.js'
import type { Fill } from '../../account/fill.js'

/** Prices a market fill of the ticket's size: against the taker by slippage, and by impact at this size. */
export function priceAtMarket(ticket: Fill, costs: Costs): void {
  ticket.price = marketPrice(ticket.reference, ticket.side, ticket.size, costs)
}

/**
 * Price of a market fill: against the taker by slippage, and by impact at this quantity. Never
 * below 0: a curve far beyond the quantities that it was measured for takes all, and no more.
 */
export function marketPrice(
  reference: number,
  side: number,
  quantity: number,
  { slippage, impact }: Costs,
): number {
  if (impact === null) return reference * (1 + side * slippage)
  const share = slippage + impactShare(impact, quantity)
  return reference * Math.max(0, 1 + side * share)
}

/** The quantity, not rounded, that `spend` buys or sells short with its fee, at the price without impact. */
export function quantityOf(spend: number, reference: number, side: number, costs: Costs): number {
  return spend / (reference * (1 + side * costs.slippage) * (1 + costs.fee))
}
