import { Book } from '../account/book.js'
import type { Desk, LegSpec } from './desk.js'
import { priceAtMarket } from './fill-model.js'
import { lotOf, roundToStep, type Lot } from '../account/market.js'
import type { Cursor } from '../strategy/moment.js'
import type { PendingOrder } from './order.js'
import type { Position } from '../account/position.js'
import type { Protection } from './protection.js'
import { Sizing } from './sizing.js'
import { Fill } from '../account/fill.js'
import { EXIT_REASONS } from '../account/trade.js'

const END_OF_DATA = EXIT_REASONS.indexOf('end_of_data')
const SIGNAL = EXIT_REASONS.indexOf('signal')
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
  private readonly lot: Lot
  private readonly position: Position
  private readonly cursor: Cursor
  private readonly book: Book
  private readonly sizing: Sizing
  private readonly ticket = new Fill()

  constructor(
    index: number,
    spec: LegSpec,
    desk: Desk,
    position: Position,
    cursor: Cursor,
    book: Book,
  ) {
    this.desk = desk
    this.lot = lotOf(spec.market.step)
    this.position = position
    this.cursor = cursor
    this.book = book
    this.sizing = new Sizing(index, spec, desk, position)
  }

  /** Fills an order at a price of candle `i`; a target on the other side is an exit and an entry. */
  fill(order: PendingOrder, prices: Float64Array, i: number): void {
    const { kind } = order
    const { quantity } = this.position
    const ticket = this.ticket
    order.clear()
    ticket.reference = prices[i]!
    if (quantity !== 0 && (kind === 'exit' || quantity * order.target < 0)) {
      ticket.reason = order.reason
      ticket.ambiguous = false
      this.exitAll()
    }
    if (kind === 'exit') return
    if (order.reason === RISK_LIMIT) this.trim(order.target)
    else if (this.position.quantity === 0) this.enter(order)
    else this.scale(order)
  }

  /** Fills the protective exit that was just found; a target rests as a limit order. */
  leave(protection: Protection): void {
    const ticket = this.ticket
    ticket.reference = protection.price
    ticket.reason = protection.reason
    ticket.ambiguous = protection.ambiguous
    if (!protection.isLimit) return this.exitAll()
    ticket.size = Math.abs(this.position.quantity)
    ticket.price = ticket.reference
    this.exit()
  }

  /** Closes what is open at the last close of the data, without slippage. */
  closeAtEnd(close: number): void {
    if (this.position.quantity === 0) return
    const ticket = this.ticket
    ticket.size = Math.abs(this.position.quantity)
    ticket.price = ticket.reference = close
    ticket.reason = END_OF_DATA
    ticket.ambiguous = false
    this.exit()
  }

  private enter(order: PendingOrder): void {
    const { guard, costs } = this.desk
    const { ticket, sizing } = this
    if (guard.hasLimits && this.isBarred()) {
      this.refusedByRisk += 1
      return this.book.announceSignal(order.target, 'risk_limit')
    }
    const direction = order.target > 0 ? 1 : -1
    sizing.sizeEntry(ticket, order, direction)
    if (sizing.isBelowMinimum(ticket)) return this.refuse()
    priceAtMarket(ticket, direction, costs)
    guard.countEntry()
    this.book.enter(ticket, direction > 0, order.exits)
    this.target = order.target
  }

  /** Trades the difference between the quantity that the target asks for and what is held. */
  private scale({ target, exits }: PendingOrder): void {
    const { sizing, lot, ticket } = this
    const { reference } = ticket
    const direction = this.position.quantity > 0 ? 1 : -1
    const held = Math.abs(this.position.quantity)
    const more = roundToStep(sizing.quantityFor(target, reference, direction) - held, lot)
    const least = sizing.quantityFor(target, reference, -direction)
    const less = least > 0 ? roundToStep(held - least, lot) : held
    if (more > 0) {
      ticket.size = direction > 0 ? Math.min(more, sizing.affordable(reference)) : more
      if (sizing.isBelowMinimum(ticket)) return this.refuse()
      priceAtMarket(ticket, direction, this.desk.costs)
      this.book.enter(ticket, direction > 0, exits)
    } else if (less > 0) {
      ticket.size = less
      if (less < held && sizing.isBelowMinimum(ticket)) return this.refuse()
      this.reduce(SIGNAL)
      if (less === held) return
    }
    this.target = target
  }

  /**
   * Sells down to the share that the portfolio leaves, and never buys. It is the portfolio's word:
   * what the strategy last asked for still stands.
   */
  private trim(share: number): void {
    const { sizing, lot, ticket } = this
    const held = Math.abs(this.position.quantity)
    const kept = sizing.quantityKept(share, ticket.reference)
    const less = kept > 0 ? roundToStep(held - kept, lot) : held
    if (less <= 0) return
    ticket.size = less
    if (less < held && sizing.isBelowMinimum(ticket)) return this.refuse()
    this.reduce(RISK_LIMIT)
  }

  /** Fills a market order that takes the ticket's size off what is held, at its reference. */
  private reduce(reason: number): void {
    const { ticket } = this
    priceAtMarket(ticket, this.position.quantity > 0 ? -1 : 1, this.desk.costs)
    ticket.reason = reason
    ticket.ambiguous = false
    this.exit()
  }

  /** Fills a market order for everything that is held, at the ticket's reference. */
  private exitAll(): void {
    const { ticket } = this
    const { quantity } = this.position
    ticket.size = Math.abs(quantity)
    priceAtMarket(ticket, quantity > 0 ? -1 : 1, this.desk.costs)
    this.exit()
  }

  private exit(): void {
    this.book.exit(this.ticket)
    if (this.position.quantity !== 0) return
    this.target = 0
    this.fullExits += 1
  }

  private isBarred(): boolean {
    const age = this.decisionAgeMs()
    return this.desk.guard.entryBarrier(this.desk.openPositions(), age) !== null
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
