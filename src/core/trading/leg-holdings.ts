import type { Holdings } from '../strategy/moment.js'
import type { OwnOrder } from '../strategy/strategy.js'
import type { RestingOrders } from './resting-orders.js'
import type { Trader } from './trader.js'

const NO_ORDERS: readonly OwnOrder[] = Object.freeze([])

/** What a leg tells its strategy about itself. */
export class LegHoldings implements Holdings {
  private readonly leg: Trader
  private readonly resting: RestingOrders

  constructor(leg: Trader, resting: RestingOrders) {
    this.leg = leg
    this.resting = resting
  }

  exposureNow(): number {
    const { quantity } = this.leg.position
    if (quantity === 0) return 0
    return (quantity * this.leg.market.price) / this.leg.desk.equity()
  }

  entryPriceNow(): number {
    return this.leg.position.quantity === 0 ? 0 : this.leg.position.entryPrice
  }

  candlesHeldNow(): number {
    return this.leg.position.quantity === 0
      ? 0
      : this.leg.cursor.i - this.leg.position.entryIndex + 1
  }

  bestSinceNow(): number {
    return this.leg.position.quantity === 0 ? 0 : this.leg.position.peak
  }

  equityNow(): number {
    return this.leg.equityNow()
  }

  /** The orders as their strategy sees them. */
  ordersNow(): readonly OwnOrder[] {
    const { resting } = this.resting.book
    if (resting.length === 0) return NO_ORDERS
    const { i } = this.leg.cursor
    return resting.map(({ request, price, remaining, placedAt }) => ({
      request,
      side: request.side,
      kind: request.kind,
      price,
      remaining,
      tag: request.tag ?? null,
      group: request.group ?? null,
      age: i - placedAt,
    }))
  }
}
