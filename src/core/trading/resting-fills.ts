import { roundDown } from '../account/market.js'
import type { Refusal } from '../account/refusal.js'
import { EXIT_REASONS } from '../account/trade.js'
import { assert } from '../assert.js'
import { NO_EXITS } from '../strategy/intent.js'
import { marketPrice } from './fills/fill-model.js'
import { barrierTo, roomFor, RoomTerms } from './order-room.js'
import type { OrderBook } from './orders/order-book.js'
import { isLive } from './orders/order-states.js'
import { reserveOf, type RestingOrder } from './orders/resting-order.js'
import type { Trader } from './trader.js'

const ORDER = EXIT_REASONS.indexOf('order')

/** Base units that a venue is to fill, and whether they open a position. */
export interface VenueAsk {
  /** Base units. */
  readonly size: number
  /** Whether they open or add to a position. */
  readonly opens: boolean
}

/** The fills of a leg's resting orders: how much of one fills, and what becomes of it then. */
export class RestingFills {
  /** Index of the candle in which an order has opened a position last. */
  openedAt = -1
  /** Whether an order may be one that volume has left a part of. */
  mayHaveRests = false
  private readonly leg: Trader
  private readonly book: OrderBook
  private readonly terms = new RoomTerms()
  /** Base units that resting orders have filled in the candle at index `filledAt`, a side. */
  private filledAt = -1
  private bought = 0
  private sold = 0

  constructor(leg: Trader, book: OrderBook) {
    this.leg = leg
    this.book = book
  }

  /** Fills at the open what volume has left of triggered stops: what reduces the position, or what opens. */
  fillRests(reduces: boolean): void {
    const { leg, book } = this
    if (!this.mayHaveRests) return
    this.mayHaveRests = this.hasRests()
    for (const order of [...book.resting]) {
      if (!order.isTriggered || !isLive(order.state)) continue
      if (leg.position.quantity * order.direction < 0 !== reduces) continue
      this.fill(order, leg.market.price, NaN, false)
    }
  }

  /** Whether volume has left a part of any order. */
  hasRests(): boolean {
    const { resting } = this.book
    for (let k = 0; k < resting.length; k++) if (resting[k]!.isTriggered) return true
    return false
  }

  /** Takes an order out of the book that its own terms or a limit forbid to fill. */
  drop(order: RestingOrder, reason: Refusal): void {
    const { leg } = this
    this.book.remove(order, false)
    leg.desk.orderLog?.close(order, leg.cursor.i)
    if (reason === 'would_take') return refuseOrder(leg, order, reason)
    order.move('cancelled')
    leg.counts.ordersCancelled += 1
    leg.counts.refuse(reason)
    leg.bookings.announceCancelled(order, reason)
  }

  /**
   * Fills an order as far as the leg can take it, at a price that market orders pay (`price` NaN) or at
   * its own. @returns whether anything filled
   */
  fill(order: RestingOrder, reference: number, price: number, isMaker: boolean): boolean {
    const { leg, terms } = this
    const isRest = order.isTriggered
    this.setTerms(order, isRest ? Infinity : this.volumeLeft(order))
    terms.reference = reference
    terms.rate = 1 + (isMaker ? leg.desk.costs.makerFee : leg.desk.costs.fee)
    terms.price = Number.isNaN(price)
      ? marketPrice(reference, order.direction, terms.wanted, leg.desk.costs)
      : price
    const barrier = barrierTo(leg, order, terms)
    if (barrier !== null && terms.reduces === 0) {
      this.drop(order, barrier)
      return false
    }
    const room = barrier === null ? roomFor(leg, order, terms) : 0
    const opens = roundDown(Math.min(terms.wanted - terms.reduces, room), leg.lot)
    const total = terms.reduces + opens
    if (!(total > 0)) return false
    this.writeTicket(order, isMaker)
    if (terms.reduces > 0) this.reduce()
    if (opens > 0) this.open(order, opens)
    leg.target = leg.position.quantity === 0 ? 0 : NaN
    if (!isRest && order.isBuy) this.bought += total
    if (!isRest && !order.isBuy) this.sold += total
    this.settle(order, total, isMaker)
    if (barrier !== null) this.drop(order, barrier)
    return true
  }

  /**
   * What a venue is to fill of an order whose price is reached: what takes off the position first, the
   * rest another time. An order that a limit forbids is dropped. @returns base units; 0 where nothing can
   */
  ask(order: RestingOrder, reference: number): VenueAsk {
    const { leg, terms } = this
    const { costs } = leg.desk
    this.setTerms(order, Infinity)
    if (terms.held > 0) return { size: terms.reduces, opens: false }
    terms.reference = reference
    terms.rate = 1 + costs.fee
    terms.price = order.isLimit
      ? order.price
      : marketPrice(reference, order.direction, terms.wanted, costs)
    const barrier = barrierTo(leg, order, terms)
    if (barrier !== null) this.drop(order, barrier)
    const room = barrier === null ? roomFor(leg, order, terms) : 0
    return { size: roundDown(Math.min(terms.wanted, room), leg.lot), opens: true }
  }

  /** Base units that it would fill now, if cash, inventory and limits let it. */
  wantedBy(order: RestingOrder): number {
    return Math.min(order.remaining, this.volumeLeft(order))
  }

  /** How much of it fills, of which so much takes off what is held. */
  private setTerms(order: RestingOrder, volume: number): void {
    const { terms } = this
    const { quantity } = this.leg.position
    // What volume leaves of a stop that was touched is a market order from the next open on.
    if (!order.isLimit && volume < order.remaining) {
      order.isTriggered = true
      this.mayHaveRests = true
    }
    terms.wanted = Math.min(order.remaining, volume)
    terms.held = quantity * order.direction < 0 ? Math.abs(quantity) : 0
    terms.reduces = Math.min(terms.wanted, terms.held)
  }

  /** Base units of one candle's volume that are left to orders of this side. */
  private volumeLeft({ isBuy }: RestingOrder): number {
    const { leg } = this
    const { maxVolumeShare } = leg.desk.costs
    const { i } = leg.cursor
    if (this.filledAt !== i) {
      this.filledAt = i
      this.bought = 0
      this.sold = 0
    }
    if (maxVolumeShare === null) return Infinity
    const most = maxVolumeShare * leg.market.candles.volume[i]!
    return roundDown(Math.max(0, most - (isBuy ? this.bought : this.sold)), leg.lot)
  }

  private writeTicket(order: RestingOrder, isMaker: boolean): void {
    const { terms } = this
    const { ticket } = this.leg
    ticket.side = order.direction
    ticket.reference = terms.reference
    ticket.price = terms.price
    ticket.isMaker = isMaker
    ticket.tag = order.request.tag ?? null
    ticket.reason = ORDER
  }

  private reduce(): void {
    const { leg } = this
    leg.ticket.size = this.terms.reduces
    leg.exit()
  }

  private open(order: RestingOrder, size: number): void {
    const { leg } = this
    const { ticket, counts, desk } = leg
    ticket.size = size
    if (leg.position.quantity === 0) {
      counts.entries += 1
      this.openedAt = leg.cursor.i
      desk.guard.countOpened(leg.market.time)
    }
    counts.fills += 1
    leg.bookings.enter(desk.guard.approve(ticket), order.request.exits ?? NO_EXITS)
  }

  /** A fill of an order has been booked: what is left of it goes on waiting. */
  settle(order: RestingOrder, filled: number, isMaker: boolean): void {
    const { leg, book } = this
    assert(filled > 0, 'an order fills nothing')
    assert(filled <= order.remaining + leg.lot.step / 2, 'an order fills more than is left of it')
    if (isMaker) leg.counts.makerFills += 1
    else leg.counts.takerFills += 1
    order.remaining = roundDown(order.remaining - filled, leg.lot)
    order.reserved = reserveOf(order, leg.desk.costs)
    book.cancelGroup(order)
    if (order.remaining > 0) {
      order.move('partly_filled')
      leg.counts.partialFills += 1
      return
    }
    order.move('filled')
    leg.desk.orderLog?.close(order, leg.cursor.i)
    leg.counts.ordersFilled += 1
    book.remove(order, true)
  }
}

/** An order that a rule forbids, at once or when it would have filled. */
export function refuseOrder(leg: Trader, order: RestingOrder, reason: Refusal): void {
  order.move('refused')
  leg.counts.refuseOrder(reason)
  leg.bookings.announceCancelled(order, reason)
}
