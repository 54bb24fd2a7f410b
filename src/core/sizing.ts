import type { Desk, LegSpec } from './desk.js'
import { affordableQuantity } from './fill-model.js'
import { lotOf, type Lot } from './market.js'
import type { Position } from './position.js'

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

  /** Quantity that `target` means at this price and with at most `cash`, rounded down to the step. */
  quantityFor(target: number, reference: number, direction: number, cash: number): number {
    const { account, costs, guard } = this.desk
    const own = this.position.quantity * reference
    const equity = account.cash + own + this.desk.othersValue(this.index, reference)
    const wanted = Math.min(Math.abs(target) * this.spec.weight * equity, this.cap(equity))
    const approved = guard.approve(wanted, equity, this.desk.othersExposed(this.index, reference))
    const spend = Math.max(0, Math.min(approved, cash))
    return affordableQuantity(spend, reference, direction, costs, this.lot)
  }

  /**
   * Quantity that a limit on exposure leaves at this price. It counts at the price of buying with
   * its fee, so that what the trim costs does not leave the position above the limit.
   */
  quantityKept(target: number, reference: number): number {
    const { account, costs } = this.desk
    const own = this.position.quantity * reference
    const equity = account.cash + own + this.desk.othersValue(this.index, reference)
    const worth = Math.max(0, Math.abs(target) * this.spec.weight * equity)
    return affordableQuantity(worth, reference, 1, costs, this.lot)
  }

  /** The most that the cash buys, its fixed cost kept aside. */
  affordable(reference: number): number {
    const { account, costs } = this.desk
    const cash = Math.max(0, account.cash - costs.txCost)
    return affordableQuantity(cash, reference, 1, costs, this.lot)
  }

  isBelowMinimum(size: number, reference: number): boolean {
    return size <= 0 || size * reference < this.spec.market.minNotional
  }

  private cap(equity: number): number {
    const size = this.spec.risk.positionSize
    if (size === null) return Infinity
    return size.kind === 'quote' ? size.amount : size.share * equity
  }
}
