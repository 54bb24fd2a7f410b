import type { Costs } from '../../account/costs.js'
import type { Exits, OrderRequest } from '../../strategy/intent.js'
import { moveOrder, type OrderState } from './order-states.js'

/** An order that waits in the book of a leg, as it was asked for and as it stands. */
export class RestingOrder {
  /** Of the leg, from 1. */
  number = 0
  request: OrderRequest = NOTHING
  state: OrderState = 'placed'
  isBuy = true
  isLimit = true
  /** Whether it stands on the way down, as limit buys and stop sells do. */
  isBelow = true
  /** Rounded to the market's tick, away from the market. */
  price = 0
  /** Base units still to fill. */
  remaining = 0
  /** Quote currency that is kept for it. */
  reserved = 0
  /** Index of the candle at whose close it was placed. */
  placedAt = 0
  /** Closes after which it expires; 0: it stays until cancelled. */
  goodFor = 0
  /** A stop whose price was touched, and of which volume has left a part: a market order at the next open. */
  isTriggered = false
  /** Its place in the last answer; -1 where that does not hold it. */
  answeredAt = -1
  /** Its row in the log of orders; -1 where there is none. */
  logged = -1
  /** Whether the path of the present candle has come to it. */
  isMet = false

  /** Begins anew as what is asked for; price and size are still to be set. */
  place(request: OrderRequest, number: number, placedAt: number): void {
    this.request = request
    this.number = number
    this.placedAt = placedAt
    this.reserved = 0
    this.state = 'placed'
    this.isBuy = request.side === 'buy'
    this.isLimit = request.kind === 'limit'
    this.isBelow = this.isBuy === this.isLimit
    this.goodFor = request.goodFor ?? 0
    this.isTriggered = false
    this.isMet = false
    this.logged = -1
  }

  move(to: OrderState): void {
    this.state = moveOrder(this.state, to)
  }

  get direction(): 1 | -1 {
    return this.isBuy ? 1 : -1
  }
}

/** Quote currency that a buy keeps back: its price with the larger fee, and the transaction. Sells keep nothing. */
export function reserveOf(order: RestingOrder, costs: Costs): number {
  if (!order.isBuy || order.request.reduceOnly === true) return 0
  const price = order.isLimit ? order.price : order.price * (1 + costs.slippage)
  return order.remaining * price * (1 + Math.max(costs.fee, costs.makerFee)) + costs.txCost
}

const NOTHING: OrderRequest = Object.freeze({ side: 'buy', kind: 'limit', price: 0 })

/** Whether two requests ask for the same: all fields equal, before any rounding. */
export function isSameRequest(a: OrderRequest, b: OrderRequest): boolean {
  if (a === b) return true
  return (
    a.price === b.price &&
    a.side === b.side &&
    a.kind === b.kind &&
    a.quantity === b.quantity &&
    a.share === b.share &&
    a.goodFor === b.goodFor &&
    a.postOnly === b.postOnly &&
    a.reduceOnly === b.reduceOnly &&
    a.group === b.group &&
    a.tag === b.tag &&
    a.repeat === b.repeat &&
    (a.exits === b.exits || isSameExits(a.exits ?? {}, b.exits ?? {}))
  )
}

function isSameExits(a: Exits, b: Exits): boolean {
  return (
    a.stopLoss === b.stopLoss &&
    a.takeProfit === b.takeProfit &&
    a.trailingStop === b.trailingStop &&
    a.trailingFrom === b.trailingFrom &&
    a.breakEven === b.breakEven &&
    a.timeStop === b.timeStop &&
    JSON.stringify(a.roi) === JSON.stringify(b.roi)
  )
}
