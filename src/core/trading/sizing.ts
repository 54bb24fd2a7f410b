import type { Desk, LegSpec } from './desk.js'
import type { Fill } from '../account/fill.js'
import { affordableQuantity } from './fill-model.js'
import { lotOf, type Lot } from '../account/market.js'
import type { PendingOrder } from './order.js'
import type { Position } from '../account/position.js'

/** How much a leg trades: target exposures as quantities, within every cap. */
export class Sizing {
  private readonly index: number
  private readonly spec: LegSpec
  private readonly desk: Desk
  private readonly position: Position
  private readonly lot: Lot

  constructor(index: number, spec: LegSpec, desk: Desk, position: Position) {
    this.index = index
    this.spec = spec
    this.desk = desk
    this.position = position
    this.lot = lotOf(spec.market.step)
  }

  /** Sizes an entry: what the order's target means at the ticket's price, within the cash. */
  sizeEntry(ticket: Fill, { target }: PendingOrder, direction: number): void {
    const { account, costs } = this.desk
    const spend = this.spendFor(target, ticket.reference)
    const most = Math.max(0, Math.min(spend, account.cash - costs.txCost))
    ticket.size = affordableQuantity(most, ticket.reference, direction, costs, this.lot)
  }

  /** Quantity that `target` means at this price, rounded down to the step, whatever the cash. */
  quantityFor(target: number, reference: number, direction: number): number {
    const spend = Math.max(0, this.spendFor(target, reference))
    return affordableQuantity(spend, reference, direction, this.desk.costs, this.lot)
  }

  /**
   * Quantity that a limit on exposure leaves at this price. It counts at the price of buying with
   * its fee, so that what the trim costs does not leave the position above the limit.
   */
  quantityKept(target: number, reference: number): number {
    const worth = Math.max(0, Math.abs(target) * this.spec.weight * this.equityAt(reference))
    return affordableQuantity(worth, reference, 1, this.desk.costs, this.lot)
  }

  /** The most that the cash buys, its fixed cost kept aside. */
  affordable(reference: number): number {
    const { account, costs } = this.desk
    const cash = Math.max(0, account.cash - costs.txCost)
    return affordableQuantity(cash, reference, 1, costs, this.lot)
  }

  isBelowMinimum({ size, reference }: Fill): boolean {
    return size <= 0 || size * reference < this.spec.market.minNotional
  }

  /** Value that `target` may take at this price, by its own caps and those of the portfolio. */
  private spendFor(target: number, reference: number): number {
    const { desk, index } = this
    const equity = this.equityAt(reference)
    const wanted = Math.min(Math.abs(target) * this.spec.weight * equity, this.cap(equity))
    if (!desk.guard.hasLimits) return wanted
    return desk.guard.approve(wanted, equity, desk.othersExposed(index, reference))
  }

  private equityAt(reference: number): number {
    const own = this.position.quantity * reference
    return this.desk.account.cash + own + this.desk.othersValue(this.index, reference)
  }

  private cap(equity: number): number {
    const size = this.spec.risk.positionSize
    if (size === null) return Infinity
    return size.kind === 'quote' ? size.amount : size.share * equity
  }
}
