import type { OrderRequest } from '../../strategy/intent.js'
import { assert } from '../../assert.js'
import { isLive, type OrderState } from './order-states.js'
import { RestingOrder } from './resting-order.js'

/** The resting orders of a leg as plain JSON. */
export interface SavedOrders {
  /** Orders numbered so far. */
  readonly numbers: number
  /** Of the last answer; among legs, higher goes first. */
  readonly priority: number
  /** Requests that have filled and are still asked for. */
  readonly spent: readonly OrderRequest[]
  /** What rests, in the order of the last answer. */
  readonly orders: readonly {
    readonly request: OrderRequest
    readonly number: number
    readonly state: OrderState
    readonly price: number
    readonly remaining: number
    /** Closes since that at which it was placed. */
    readonly age: number
    readonly isTriggered: boolean
  }[]
}

/** An order as plain JSON, at the close of the candle at index `i`. */
export function saveOrder(order: RestingOrder, i: number): SavedOrders['orders'][number] {
  const { request, number, state, price, remaining, isTriggered } = order
  return { request, number, state, price, remaining, age: i - order.placedAt, isTriggered }
}

/** The order that `saveOrder` gave, the candle at `lastIndex` being the last one taken. */
export function restoreOrder(
  saved: SavedOrders['orders'][number],
  lastIndex: number,
): RestingOrder {
  const order = new RestingOrder()
  order.place(saved.request, saved.number, lastIndex - saved.age)
  order.state = saved.state
  order.price = saved.price
  order.remaining = saved.remaining
  order.isTriggered = saved.isTriggered
  assert(isLive(order.state), 'a saved order has ended')
  assert(order.remaining > 0 && order.remaining < Infinity, 'of a saved order nothing is left')
  assert(order.price > 0 && order.price < Infinity, 'a saved order has no price')
  assert(saved.age >= 0, 'a saved order was placed in the future')
  return order
}
