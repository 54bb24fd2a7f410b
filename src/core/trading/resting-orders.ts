import { lotOf, roundDown, roundPriceDown, roundPriceUp, type Lot } from '../account/market.js'
import type { Refusal } from '../account/refusal.js'
import type { OrderRequest, OrdersIntent } from '../strategy/intent.js'
import { OrderBook, type Placing } from './orders/order-book.js'
import { reserveOf, type RestingOrder } from './orders/resting-order.js'
import { restoreOrder, saveOrder, type SavedOrders } from './orders/saved-orders.js'
import { refuseOrder, RestingFills } from './resting-fills.js'
import type { Trader } from './trader.js'

/** The resting orders of a leg: what an answer of its strategy places. */
export class RestingOrders {
  readonly book: OrderBook
  readonly fills: RestingFills
  /** Of the last answer; among legs, higher goes first. */
  priority = 0
  private numbers = 0
  private readonly leg: Trader
  private readonly tick: Lot
  private isCooling = false
  /** Equity at the close of the answer. */
  private equity = 0
  private i = 0
  /** Quote currency that the order being placed keeps back: what stands in the book must not count it yet. */
  private needed = 0
  private readonly placeOne: Placing = (order, request) => this.place(order, request)

  constructor(leg: Trader) {
    this.leg = leg
    const { tick } = leg.spec.market
    this.tick = tick === 0 ? { step: 0, perUnit: 0 } : lotOf(tick)
    this.book = new OrderBook({
      onEnd: (order, why) => {
        if (why === 'expired') leg.counts.ordersExpired += 1
        else leg.counts.ordersCancelled += 1
        leg.desk.orderLog?.close(order, leg.cursor.i)
        if (leg.desk.sink !== null) leg.bookings.announceCancelled(order, why)
      },
    })
    this.fills = new RestingFills(leg, this.book)
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
    for (const order of resting) order.reserved = reserveOf(order, this.leg.desk.costs)
    this.book.restore(resting, spent)
    this.fills.mayHaveRests = this.fills.hasRests()
  }

  private place(order: RestingOrder, request: OrderRequest): boolean {
    const { leg, tick } = this
    this.numbers += 1
    leg.counts.ordersPlaced += 1
    order.place(request, this.numbers, this.i)
    order.price = order.isBelow
      ? roundPriceDown(request.price, tick)
      : roundPriceUp(request.price, tick)
    this.size(order, request)
    if (!this.isExit(order)) this.cut(order)
    this.needed = reserveOf(order, leg.desk.costs)
    const refusal = this.refusalOf(order)
    if (refusal !== null) {
      refuseOrder(leg, order, refusal)
      return false
    }
    order.reserved = this.needed
    leg.desk.orderLog?.open(order)
    if (leg.desk.sink !== null) leg.bookings.announcePlaced(order)
    return true
  }

  private size(order: RestingOrder, { quantity, share }: OrderRequest): void {
    const { leg } = this
    if (quantity !== undefined) {
      order.remaining = roundDown(quantity, leg.lot)
      return
    }
    const { costs } = leg.desk
    const worth = Math.max(0, share! * leg.spec.weight * this.equity)
    const each = order.price * (1 + Math.max(costs.fee, costs.makerFee))
    order.remaining = roundDown(worth / each, leg.lot)
  }

  /** What may enter is no larger than the largest order. */
  private cut(order: RestingOrder): void {
    const { desk, lot } = this.leg
    const most = desk.guard.orderMax
    if (most === Infinity) return
    const each = order.price * (1 + Math.max(desk.costs.fee, desk.costs.makerFee))
    order.remaining = Math.min(order.remaining, roundDown(most / each, lot))
  }

  private isExit({ request, isBuy }: RestingOrder): boolean {
    return request.reduceOnly === true || (!isBuy && !this.leg.spec.market.shortable)
  }

  private refusalOf(order: RestingOrder): Refusal | null {
    const { leg } = this
    const { market } = leg.spec
    const { guard } = leg.desk
    const isExit = this.isExit(order)
    if (this.isCooling && !isExit) return 'cooldown'
    if (!isExit) {
      const halt = guard.haltOn(guard.day, leg.isPaused)
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
    return this.needed > free + 1e-12 * Math.abs(free) ? 'no_cash' : null
  }
}
