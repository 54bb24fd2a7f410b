import { Book } from './book.js'
import type { Desk, LegSpec } from './desk.js'
import { marketPrice } from './fill-model.js'
import { roundToStep } from './market.js'
import type { Cursor } from './moment.js'
import type { PendingOrder } from './order.js'
import type { Position } from './position.js'
import type { Protection } from './protection.js'
import { Sizing } from './sizing.js'
import { EXIT_REASONS } from './trade.js'

const END_OF_DATA = EXIT_REASONS.indexOf('end_of_data')
const RISK_LIMIT = EXIT_REASONS.indexOf('risk_limit')

/**
 * Fills orders from candles, whole and at once, by the prices of the fill model, and books them.
 * Backtest and paper trade through it; live puts a venue in its place and books what that reports.
 */
export class SimulatedBroker {
  /** The last target that was filled; 0 after any full exit. */
  target = 0
  /** Full exits so far, by which a leg sees that its position was left. */
  fullExits = 0
  /** Orders refused because they were below the market's minimum. */
  belowMinimum = 0
  /** Entries refused by a portfolio limit. */
  refusedByRisk = 0
  private readonly desk: Desk
  private readonly step: number
  private readonly position: Position
  private readonly cursor: Cursor
  private readonly book: Book
  private readonly sizing: Sizing

  constructor(
    index: number,
    spec: LegSpec,
    desk: Desk,
    position: Position,
    cursor: Cursor,
    book: Book,
  ) {
    this.desk = desk
    this.step = spec.market.step
    this.position = position
    this.cursor = cursor
    this.book = book
    this.sizing = new Sizing(index, spec, desk, position)
  }

  /** Fills an order at `reference`; a target on the other side is an exit and an entry. */
  fill(order: PendingOrder, reference: number): void {
    const { kind, target } = order
    order.clear()
    const { quantity } = this.position
    if (quantity !== 0 && (kind === 'exit' || quantity * target < 0)) {
      const size = Math.abs(quantity)
      const price = marketPrice(reference, quantity > 0 ? -1 : 1, size, this.desk.costs)
      this.exit(size, price, reference, order.reason, false)
    }
    if (kind === 'exit') return
    if (this.position.quantity === 0) this.enter(order, reference)
    else this.scale(order, reference)
  }

  /** Fills the protective exit that was just found; a target rests as a limit order. */
  leave(protection: Protection): void {
    const { quantity } = this.position
    const size = Math.abs(quantity)
    const price = protection.isLimit
      ? protection.price
      : marketPrice(protection.price, quantity > 0 ? -1 : 1, size, this.desk.costs)
    this.exit(size, price, protection.price, protection.reason, protection.ambiguous)
  }

  /** Closes what is open at the last close of the data, without slippage. */
  closeAtEnd(close: number): void {
    if (this.position.quantity === 0) return
    this.exit(Math.abs(this.position.quantity), close, close, END_OF_DATA, false)
  }

  private enter({ target, exits }: PendingOrder, reference: number): void {
    const { guard, account, costs } = this.desk
    const barrier = guard.entryBarrier(this.desk.openPositions(), this.decisionAgeMs())
    if (barrier !== null) {
      this.refusedByRisk += 1
      return this.book.announceSignal(target, 'risk_limit')
    }
    const direction = target > 0 ? 1 : -1
    const size = this.sizing.quantityFor(target, reference, direction, account.cash - costs.txCost)
    if (this.sizing.isBelowMinimum(size, reference)) return this.refuse()
    const price = marketPrice(reference, direction, size, costs)
    guard.countEntry()
    this.book.enter(direction * size, price, reference, exits)
    this.target = target
  }

  /** Trades the difference between the quantity that the target asks for and what is held. */
  private scale({ target, reason, exits }: PendingOrder, reference: number): void {
    const { sizing, step } = this
    const direction = this.position.quantity > 0 ? 1 : -1
    const held = Math.abs(this.position.quantity)
    const more = roundToStep(
      sizing.quantityFor(target, reference, direction, Infinity) - held,
      step,
    )
    const least = sizing.quantityFor(target, reference, -direction, Infinity)
    const less = least > 0 ? roundToStep(held - least, step) : held
    if (more > 0) {
      const size = direction > 0 ? Math.min(more, sizing.affordable(reference)) : more
      if (sizing.isBelowMinimum(size, reference)) return this.refuse()
      const price = marketPrice(reference, direction, size, this.desk.costs)
      this.book.enter(direction * size, price, reference, exits)
    } else if (less > 0) {
      if (less < held && sizing.isBelowMinimum(less, reference)) return this.refuse()
      const price = marketPrice(reference, -direction, less, this.desk.costs)
      this.exit(less, price, reference, reason, false)
      if (less === held) return
    }
    // A trim is the portfolio's word: what the strategy last asked for still stands.
    if (reason !== RISK_LIMIT) this.target = target
  }

  private exit(
    size: number,
    price: number,
    reference: number,
    reason: number,
    ambiguous: boolean,
  ): void {
    this.book.exit(size, price, reference, reason, ambiguous)
    if (this.position.quantity !== 0) return
    this.target = 0
    this.fullExits += 1
  }

  private refuse(): void {
    this.belowMinimum += 1
    this.book.announceRefusal()
  }

  /** How long before this fill it was decided: 0 without a gap. */
  private decisionAgeMs(): number {
    const { candles, fill } = this.desk
    const { i } = this.cursor
    if (fill === 'close' || i === 0) return 0
    return candles.time[i]! - candles.time[i - 1]! - candles.timeframeMs
  }
}
