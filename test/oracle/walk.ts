import { book } from './books.js'
import { isPassedByStop, stopOf } from './levels.js'
import { takeOrder } from './order-fills.js'
import { cancelAll } from './orders.js'
import { marketPrice } from './sizing.js'
import { candleOf, type Account, type LegState, type PriceOf, type RestingOrder } from './state.js'

/** What happens to a leg on its way through a candle: orders that are met, exits that are taken. */

export interface Walk {
  readonly account: Account
  readonly state: LegState
  readonly wasOpen: boolean
  readonly priceOf: PriceOf
  /** Volume that resting orders have taken, by side. */
  readonly taken: Map<number, number>
  readonly met: Set<RestingOrder>
}

export function leaveAtPassedStop(walk: Walk, price: number): void {
  const { account, state } = walk
  const stop = stopOf(state)
  if (stop === null || !isPassedByStop(state.position!.side, price, stop.price)) return
  const { side } = state.position!
  const size = Math.abs(state.quantity)
  leave(walk, {
    price: marketPrice(account, { side: -side, reference: price, size }),
    reason: stop.reason,
  })
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
}

/** Closes since the entry, in the candle at hand. */
export function closesHeld(state: LegState): number {
  return state.index - (state.position?.entryIndex ?? state.index)
}

/** "Fills at `max(O, P) x (1 + slippage)`"; what volume leaves waits for the next open. */
export function fillStop(walk: Walk, order: RestingOrder, at: number): void {
  const { account } = walk
  const { side, left } = order
  const price = marketPrice(account, { side, reference: at, size: left })
  const room = volumeLeft(walk, side)
  fill(walk, order, { reference: at, price, isMaker: false })
  if (room < left) order.isTriggered = true
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
