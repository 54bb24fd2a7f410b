import type { Refusal } from '../account/refusal.js'
import type { RestingOrder } from './orders/resting-order.js'
import type { Trader } from './trader.js'

/** What an order would fill, as far as it may open anything. One that is reused: fills are many. */
export class RoomTerms {
  /** Base units that are held on the other side. */
  held = 0
  /** Base units of the fill, as far as volume lets it. */
  wanted = 0
  /** Base units of the fill that take off what is held. */
  reduces = 0
  /** Price of the fill, slippage included, quote a base unit. */
  price = 0
  /** 1 and the fee of the fill. */
  rate = 1
  /** The price that it starts from. */
  reference = 0
}

/** Why there is no place for what an order would open beyond what it reduces, or null. */
export function barrierTo(
  leg: Trader,
  order: RestingOrder,
  { held, wanted, reduces }: RoomTerms,
): Refusal | null {
  if (!mayOpen(leg, order) || !isSome(leg, wanted - reduces)) return null
  const { desk, market, position, isPaused } = leg
  const { guard } = desk
  if (!guard.hasLimits) return guard.haltOn(-1, isPaused)
  const opens = position.quantity === 0 || held > 0
  const openPositions = desk.openPositions() - (held > 0 ? 1 : 0)
  const place = { opens, openPositions, admitted: 0, ageMs: 0, decidedDay: -1, isPaused }
  return guard.barrier(place, market.time)
}

/** Whether a quantity is more than what floats leave of none. */
export function isSome({ lot }: Trader, quantity: number): boolean {
  return quantity >= lot.step / 2
}

function mayOpen(leg: Trader, { isBuy, request }: RestingOrder): boolean {
  return request.reduceOnly !== true && (isBuy || leg.spec.market.shortable)
}

/** Base units that an order may open beyond what it reduces, by cash and limits. */
export function roomFor(leg: Trader, order: RestingOrder, terms: RoomTerms): number {
  const { desk, market } = leg
  if (!mayOpen(leg, order) || !isSome(leg, terms.wanted - terms.reduces)) return 0
  const each = terms.price * terms.rate
  const free = desk.freeCashAt(market, terms.reference) + freedBy(leg, order, terms)
  const room = desk.guard.hasLimits ? limitedRoom(leg, terms) : Infinity
  return Math.max(0, Math.min(free - desk.costs.txCost, room) / each)
}

/** What limits leave by equity before the fill, its cost not yet taken; what is held after the part that reduces. */
function limitedRoom({ desk, market }: Trader, { reference, reduces }: RoomTerms): number {
  const equity = desk.equityAt(market, reference)
  const gross = desk.grossAt(market, reference) - reduces * reference
  return desk.guard.room(equity, gross + desk.entering())
}

/**
 * Cash that is free beside what is free already: what the order has reserved itself, and what the part
 * of it that reduces brings. A short that is bought back frees twice its value and costs its price.
 */
function freedBy(
  leg: Trader,
  order: RestingOrder,
  { reduces, price, rate, reference }: RoomTerms,
): number {
  const { costs } = leg.desk
  const { reserved } = order
  if (reduces === 0) return reserved
  const brought = order.isBuy
    ? 2 * reduces * reference - reduces * price * rate
    : reduces * price * (2 - rate)
  return reserved + brought - costs.txCost
}
