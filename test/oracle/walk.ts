import { book } from './books.js'
import { ruin } from './guard.js'
import { isPassedByStop, stopOf, type Level } from './levels.js'
import { roundDown } from './numbers.js'
import { takeOrder } from './order-fills.js'
import { cancelAll } from './orders.js'
import { marketPrice } from './sizing.js'
import { candleOf, type Account, type LegState, type PriceOf, type RestingOrder } from './state.js'

/** What happens to a leg on its way through a candle: orders that are met, exits that are taken. */

export interface Walk {
  readonly account: Account
  readonly state: LegState
  /** Price at which a short takes equity to 0, from cash and quantities before the candle's path. */
  readonly ruinPrice: number | null
  readonly priceOf: PriceOf
  /** Volume that resting orders have taken, by side. */
  readonly taken: Map<number, number>
  readonly met: Set<RestingOrder>
}

export function leaveAtPassedStop(walk: Walk, price: number): void {
  const { account, state } = walk
  const stop = stopNow(walk)
  if (stop === null || !isPassedByStop(state.position!.side, price, stop.price)) return
  const { side } = state.position!
  const size = Math.abs(state.quantity)
  leave(walk, {
    price: marketPrice(account, { side: -side, reference: price, size }),
    reason: stop.reason,
  })
}

/** The tightest stop; for a short ruin is one. */
export function stopNow({ state, ruinPrice }: Walk): Level | null {
  const stop = stopOf(state)
  if (ruinPrice === null || state.position?.side !== -1) return stop
  return stop !== null && stop.price <= ruinPrice ? stop : { price: ruinPrice, reason: 'ruin' }
}

/** A full protective exit; it cancels what has not filled. */
export function leave(
  { account, state }: Walk,
  { price, reason }: { price: number; reason: string },
): void {
  const side = state.quantity > 0 ? -1 : 1
  const size = Math.abs(state.quantity)
  book(account, state, { side, size, price, feeRate: account.spec.feeRate, reason, tag: null })
  cancelAll(account, state)
  if (reason === 'ruin') ruin(account, candleOf(state).time)
}

/** Closes since the entry, in the candle at hand. */
export function closesHeld(state: LegState): number {
  return state.index - (state.position?.entryIndex ?? state.index)
}

/** "Fills at `max(O, P) x (1 + slippage)`"; what volume leaves waits for the next open. */
export function fillStop(walk: Walk, order: RestingOrder, at: number): void {
  const { account } = walk
  const { side, left } = order
  const price = marketPrice(account, { side, reference: at, size: wantedBy(walk, order) })
  const room = volumeLeft(walk, side)
  fill(walk, order, { reference: at, price, isMaker: false })
  if (room < left) order.isTriggered = true
}

/** Base units that an order would fill, as far as volume lets it. */
export function wantedBy(walk: Walk, { side, left }: RestingOrder): number {
  return Math.min(left, roundDown(volumeLeft(walk, side), walk.state.market.step))
}

function volumeLeft({ account, state, taken }: Walk, side: number): number {
  const { maxVolumeShare } = account.spec
  if (maxVolumeShare === 0) return Infinity
  return maxVolumeShare * candleOf(state).volume - (taken.get(side) ?? 0)
}

export function fill(
  walk: Walk,
  order: RestingOrder,
  terms: { reference: number; price: number; isMaker: boolean },
): void {
  const { account, state, priceOf, taken, met } = walk
  const size = takeOrder(account, state, order, {
    ...terms,
    priceOf,
    volumeLeft: volumeLeft(walk, order.side),
  })
  met.add(order)
  taken.set(order.side, (taken.get(order.side) ?? 0) + size)
}
