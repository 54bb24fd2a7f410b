import type { Desk } from '../trading/desk.js'
import type { Leg } from '../trading/leg.js'
import type { MarketOrders } from '../trading/market-orders.js'
import type { AccountLimits } from './account-limits.js'

/** Steps 1 and 2 of a candle, where the engine fills the orders of its legs itself: from the candle, at once. */
export class CandleFills {
  private readonly desk: Desk
  private readonly legs: readonly Leg[]
  private readonly orders: MarketOrders
  private readonly limits: AccountLimits
  private readonly fillsAtClose: boolean
  /** What the candle finds: orders pending, positions held, legs with orders resting. */
  private isOrdered = false
  private isHolding = false
  private resting = 0

  constructor(desk: Desk, legs: readonly Leg[], orders: MarketOrders, limits: AccountLimits) {
    this.desk = desk
    this.legs = legs
    this.orders = orders
    this.limits = limits
    this.fillsAtClose = desk.fill === 'close'
  }

  /** Stands the legs at this candle, and looks what there is to be done before its close. */
  survey(): void {
    const { legs } = this
    this.isOrdered = false
    this.isHolding = false
    this.resting = 0
    for (let k = 0; k < legs.length; k++) {
      const leg = legs[k]!
      if (!leg.market.isOpen) continue
      leg.cursor.i = leg.market.at
      if (leg.order.kind !== 'none') this.isOrdered = true
      if (leg.position.quantity !== 0) this.isHolding = true
      if (leg.book.length > 0) this.resting += 1
    }
  }

  /** Fills what the candle meets, up to its close. */
  fill(): void {
    const fillsOrders = this.isOrdered && !this.fillsAtClose
    if (fillsOrders) this.orders.reduce()
    if (this.resting > 0) this.fillRests(true)
    if (fillsOrders) this.orders.enter()
    if (this.resting > 0) this.fillRests(false)
    if (this.isOrdered || this.isHolding || this.resting > 0) this.walk()
  }

  /** Part of step 1: market orders that triggered stops have become. */
  private fillRests(reduces: boolean): void {
    const { legs } = this
    if (legs.length === 1) return legs[0]!.resting.fills.fillRests(reduces)
    for (const leg of this.byRank()) if (isBusy(leg)) leg.resting.fills.fillRests(reduces)
  }

  /** The legs in the order in which their orders are met. */
  private byRank(): readonly Leg[] {
    return [...this.legs].sort((a, b) => b.resting.rank - a.resting.rank || a.index - b.index)
  }

  /** Step 2: the candle's path, leg by leg; where orders rest the higher priority goes first. */
  private walk(): void {
    const { legs, desk, limits } = this
    const { guard } = desk
    const hasShort = desk.hasShort()
    if (hasShort) limits.limitLosses()
    // Without orders the order of legs means nothing: protective exits take nothing from each other.
    const isRanked = legs.length > 1 && this.resting > 0
    const ordered = isRanked ? this.byRank() : legs
    for (let k = 0; k < ordered.length; k++) {
      const leg = ordered[k]!
      if (leg.market.isOpen && leg.isExposed()) leg.walk(leg.market.at)
      if (guard.ruinedAt === guard.time) limits.cancelOrders()
    }
    if (hasShort) limits.settleRuin()
  }
}

/** Whether a leg has orders resting that the present candle may meet. */
function isBusy({ market, resting }: Leg): boolean {
  return market.isOpen && resting.hasOrders()
}
