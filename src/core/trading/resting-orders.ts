import { lotOf, roundDown, roundPriceDown, roundPriceUp, type Lot } from '../account/market.js'
import type { Refusal } from '../account/refusal.js'
import { EXIT_REASONS } from '../account/trade.js'
import { assert } from '../assert.js'
import { NO_EXITS, type OrderRequest, type OrdersIntent } from '../strategy/intent.js'
import type { Fill } from '../account/fill.js'
import { OrderBook, reserveOf } from './orders/order-book.js'
import { isLive } from './orders/order-states.js'
import { barrierTo, roomFor } from './order-room.js'
import { RestingOrder } from './orders/resting-order.js'
import { restoreOrder, saveOrder, type SavedOrders } from './orders/saved-orders.js'
import { marketPrice } from './fills/fill-model.js'
import type { Trader } from './trader.js'

const ORDER = EXIT_REASONS.indexOf('order')
/** The resting orders of a leg: what an answer of its strategy places, and how much of an order fills. */
export class RestingOrders {
  readonly book: OrderBook
  /** Of the last answer; among legs, higher goes first. */
  priority = 0
  private numbers = 0
  private readonly leg: Trader
  private readonly tick: Lot
  private isCooling = false
  /** Equity at the close of the answer. */
  private equity = 0
  /** Whether an order may be one that volume has left a part of. */
  private mayHaveRests = false
  /** Index of the candle in which an order has opened a position last. */
  openedAt = -1
  private i = 0
  /** Base units that resting orders have filled in the candle at index `filledAt`, a side. */
  private filledAt = -1
  private bought = 0
  private sold = 0
  private readonly placeOne = (request: OrderRequest): RestingOrder | null => this.place(request)

  constructor(leg: Trader) {
    this.leg = leg
    const { tick } = leg.spec.market
    this.tick = tick === 0 ? { step: 0, perUnit: 0 } : lotOf(tick)
    this.book = new OrderBook({
      onEnd: (order, why) => {
        if (why === 'expired') leg.counts.ordersExpired += 1
        else leg.counts.ordersCancelled += 1
        leg.desk.orderLog?.close(order, leg.cursor.i)
        leg.bookings.announceCancelled(order, why)
      },
    })
  }

  /** Place of its leg among those of the account: by the last answer while anything rests of it. */
  get rank(): number {
    return this.hasOrders() ? this.priority : this.leg.spec.priority
  }

  hasOrders(): boolean {
    return this.book.resting.length > 0
  }

  /** Takes what the strategy wants to have resting from now on, at the close of candle `i`. */
  answer({ orders, priority }: OrdersIntent, i: number, isCooling: boolean): void {
    this.i = i
    this.isCooling = isCooling
    this.priority = priority ?? this.leg.spec.priority
    if (orders.length > 0) this.equity = this.leg.equityNow()
    this.book.answer(orders, this.placeOne)
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

  private hasRests(): boolean {
    const { resting } = this.book
    for (let k = 0; k < resting.length; k++) if (resting[k]!.isTriggered) return true
    return false
  }

  /** Counts a close, once decided, at which the leg stands on both sides of the book. */
  countQuotes(): void {
    if (this.book.isTwoSided()) this.leg.counts.quotingCloses += 1
  }

  save(): SavedOrders {
    const { i } = this.leg.cursor
    return {
      numbers: this.numbers,
      priority: this.priority,
      spent: this.book.spentRequests(),
      orders: this.book.resting.map(order => saveOrder(order, i)),
    }
  }

  /** Goes on from what `save` gave, the candle at `lastIndex` being the last one taken. */
  restore({ numbers, priority, spent, orders }: SavedOrders, lastIndex: number): void {
    this.numbers = numbers
    this.priority = priority
    const resting = orders.map(saved => restoreOrder(saved, lastIndex))
    this.book.restore(resting, spent)
    this.mayHaveRests = this.hasRests()
  }

  private place(request: OrderRequest): RestingOrder | null {
    const { leg } = this
    const order = new RestingOrder()
    this.numbers += 1
    leg.counts.ordersPlaced += 1
    order.place(request, this.numbers, this.i)
    const roundsDown = order.isBuy === order.isLimit
    order.price = roundsDown
      ? roundPriceDown(request.price, this.tick)
      : roundPriceUp(request.price, this.tick)
    order.remaining = this.sizeOf(request, order.price)
    const refusal = this.refusalOf(order)
    if (refusal !== null) {
      this.refuse(order, refusal)
      return null
    }
    leg.desk.orderLog?.open(order)
    leg.bookings.announcePlaced(order)
    return order
  }

  private sizeOf({ quantity, share }: OrderRequest, price: number): number {
    const { leg } = this
    if (quantity !== undefined) return roundDown(quantity, leg.lot)
    const { costs } = leg.desk
    const worth = Math.max(0, share! * leg.spec.weight * this.equity)
    return roundDown(worth / (price * (1 + Math.max(costs.fee, costs.makerFee))), leg.lot)
  }

  private refusalOf(order: RestingOrder): Refusal | null {
    const { leg } = this
    const { market } = leg.spec
    const { guard, costs } = leg.desk
    const isExit = order.request.reduceOnly === true || (!order.isBuy && !market.shortable)
    if (this.isCooling && !isExit) return 'cooldown'
    if (!isExit) {
      const halt = guard.haltOn(guard.day)
      if (halt !== null) return halt
    }
    if (
      order.price <= 0 ||
      order.remaining <= 0 ||
      order.remaining * order.price < market.minNotional
    ) {
      return 'below_minimum'
    }
    const free = leg.desk.freeCash()
    const needed = reserveOf(order, costs)
    return needed > free + 1e-12 * Math.abs(free) ? 'no_cash' : null
  }

  private refuse(order: RestingOrder, reason: Refusal): void {
    const { leg } = this
    order.move('refused')
    leg.counts.refuseOrder(reason)
    leg.bookings.announceCancelled(order, reason)
  }

  /** Takes an order out of the book that its own terms or a limit forbid to fill. */
  drop(order: RestingOrder, reason: Refusal): void {
    this.book.remove(order, false)
    this.leg.desk.orderLog?.close(order, this.leg.cursor.i)
    if (reason === 'would_take') return this.refuse(order, reason)
    const { leg } = this
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
    const { leg } = this
    const { ticket, position } = leg
    const isRest = order.isTriggered
    const volume = isRest ? Infinity : this.volumeLeft(order)
    const wanted = Math.min(order.remaining, volume)
    // What volume leaves of a stop that was touched is a market order from the next open on.
    if (!order.isLimit && volume < order.remaining) {
      order.isTriggered = true
      this.mayHaveRests = true
    }
    const held = position.quantity * order.direction < 0 ? Math.abs(position.quantity) : 0
    const reduces = Math.min(wanted, held)
    const rate = 1 + (isMaker ? leg.desk.costs.makerFee : leg.desk.costs.fee)
    ticket.reference = reference
    const cost = Number.isNaN(price)
      ? marketPrice(reference, order.direction, wanted, leg.desk.costs)
      : price
    const terms = { held, wanted, reduces, price: cost, rate, reference }
    const barrier = barrierTo(leg, order, terms)
    if (barrier !== null && reduces === 0) {
      this.drop(order, barrier)
      return false
    }
    const room = barrier === null ? roomFor(leg, order, terms) : 0
    const opens = roundDown(Math.min(wanted - reduces, room), leg.lot)
    const total = reduces + opens
    if (!(total > 0)) return false
    this.enterBooks(order, { reduces, opens, reference, price: cost, isMaker })
    if (!isRest && order.isBuy) this.bought += total
    if (!isRest && !order.isBuy) this.sold += total
    this.settle(order, total, isMaker)
    if (barrier !== null) this.drop(order, barrier)
    return true
  }

  /** Base units that it would fill now, if cash, inventory and limits let it. */
  wantedBy(order: RestingOrder): number {
    return Math.min(order.remaining, this.volumeLeft(order))
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

  private enterBooks(
    order: RestingOrder,
    fill: { reduces: number; opens: number; reference: number; price: number; isMaker: boolean },
  ): void {
    const { leg } = this
    const { ticket, counts } = leg
    const { tag = null, exits = NO_EXITS } = order.request
    writeTicket(ticket, order, fill)
    ticket.tag = tag
    ticket.reason = ORDER
    if (fill.reduces > 0) {
      ticket.size = fill.reduces
      leg.exit()
    }
    if (fill.opens > 0) {
      ticket.size = fill.opens
      const isNew = leg.position.quantity === 0
      if (isNew) {
        counts.entries += 1
        this.openedAt = leg.cursor.i
        leg.desk.guard.countOpened(leg.market.time)
      }
      counts.fills += 1
      leg.bookings.enter(leg.desk.guard.approve(ticket), exits)
    }
    leg.target = leg.position.quantity === 0 ? 0 : NaN
  }

  private settle(order: RestingOrder, filled: number, isMaker: boolean): void {
    const { leg, book } = this
    assert(filled > 0, 'an order fills nothing')
    assert(filled <= order.remaining + leg.lot.step / 2, 'an order fills more than is left of it')
    if (isMaker) leg.counts.makerFills += 1
    else leg.counts.takerFills += 1
    const left = roundDown(order.remaining - filled, leg.lot)
    order.remaining = left
    book.cancelGroup(order)
    if (left > 0) {
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

function writeTicket(
  ticket: Fill,
  order: RestingOrder,
  { reference, price, isMaker }: { reference: number; price: number; isMaker: boolean },
): void {
  ticket.side = order.direction
  ticket.reference = reference
  ticket.price = price
  ticket.isMaker = isMaker
}
