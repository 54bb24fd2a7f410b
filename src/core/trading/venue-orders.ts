import { EXIT_REASONS } from '../account/trade.js'
import { assert, broken } from '../assert.js'
import type { Quote, VenueAnswer, VenueFill } from './venue/broker.js'
import type { Approved } from '../risk/guard.js'
import { roundDown } from '../account/market.js'
import type { Desk } from './desk.js'
import { marketPrice } from './fills/fill-model.js'
import { reasonAtClose, reasonSinceClose } from './fills/level-watch.js'
import type { Leg } from './leg.js'
import type { MarketOrders } from './market-orders.js'
import { isLive } from './orders/order-states.js'
import type { RestingOrder } from './orders/resting-order.js'
import { NO_EXITS } from '../strategy/intent.js'
import { exceeds } from '../tolerance.js'
import { checkFill, costOf, withoutNoise } from './venue/venue-fill.js'
import {
  LiveOrder,
  type SavedVenueOrders,
  type Sent,
  type VenueOrder,
} from './venue/venue-order.js'

const SIGNAL = EXIT_REASONS.indexOf('signal')
const ORDER = EXIT_REASONS.indexOf('order')

/**
 * Orders that a venue fills: what legs have decided leaves as orders with ids, and what the venue says
 * of them comes back as inputs. A leg with an order under way is asked and not heard, so that nothing
 * is ever ordered twice.
 */
export class VenueOrders {
  /** Orders to be sent, and ids to be cancelled, since they were taken last. */
  readonly placed: Approved<VenueOrder>[] = []
  readonly cancelled: string[] = []
  private readonly live = new Map<string, LiveOrder>()
  private readonly run: string
  private readonly desk: Desk
  private readonly legs: readonly Leg[]
  private readonly orders: MarketOrders
  private numbers = 0

  constructor(run: string, desk: Desk, legs: readonly Leg[], orders: MarketOrders) {
    this.run = run
    this.desk = desk
    this.legs = legs
    this.orders = orders
  }

  /** Sends what is pending: everything that reduces a position first, entries once those are done. */
  dispatch(): void {
    this.orders.plan(leg => !leg.isWaiting, this)
  }

  /** Part of `dispatch`: an order that takes `size` off what the leg holds. */
  reduce(leg: Leg, size: number, isWhole: boolean): void {
    const { order, position } = leg
    assert(size <= Math.abs(position.quantity), 'an order takes off more than is held')
    const reducedTo = !isWhole && order.kind === 'target' ? order.target : null
    this.send(leg, {
      side: position.side > 0 ? 'sell' : 'buy',
      size,
      reason: order.reason,
      tag: order.tag,
      entry: null,
      reducedTo,
    })
  }

  /** Part of `dispatch`: the leg's ticket is an entry of approved size. */
  enter(leg: Leg): void {
    const { order, ticket } = leg
    if (leg.position.quantity === 0) this.desk.guard.countOpened(leg.market.time)
    const approved = this.desk.guard.approve(ticket)
    this.send(leg, {
      side: ticket.side > 0 ? 'buy' : 'sell',
      size: ticket.size,
      reason: SIGNAL,
      tag: order.tag,
      entry: { approved, exits: order.exits, target: order.target },
      reducedTo: null,
    })
  }

  /** Looks at the protective levels of a market between candles. */
  quote({ market, bid, ask }: Quote, feed: Leg['market']): void {
    if (!(bid > 0 && ask >= bid && ask < Infinity)) {
      throw broken(`a quote of market ${market} has bid ${bid} and ask ${ask}`)
    }
    for (const leg of this.legs) {
      const { position, protection } = leg
      if (leg.market !== feed || leg.isWaiting) continue
      const price = position.side > 0 ? bid : ask
      const reason = position.quantity === 0 ? null : protection.reasonAt(price)
      if (reason === null) this.meet(leg, bid, ask)
      else this.leave(leg, reason, price)
    }
  }

  /** A candle of the leg's market has closed: what it reached is left at the market. */
  protect(leg: Leg, i: number): void {
    const close = leg.market.candles.close[i]!
    if (!this.leavesAtClose(leg, i)) this.meet(leg, close, close)
  }

  /** A candle has come late: what was held before it is left by its close, what rests waits for a price of now. */
  protectLate(leg: Leg, i: number): void {
    if (leg.market.candles.time[i]! >= leg.position.entryTime) this.leavesAtClose(leg, i)
  }

  private leavesAtClose(leg: Leg, i: number): boolean {
    const reason = reasonAtClose(leg, i)
    if (reason !== null) this.leave(leg, reason, leg.market.candles.close[i]!)
    return reason !== null
  }

  /** Sends the first resting order of the leg whose price is reached; one at a time. */
  private meet(leg: Leg, bid: number, ask: number): void {
    if (leg.isWaiting) return
    for (const order of [...leg.book]) {
      const isNew = order.state === 'placed'
      if (isNew) order.move('open')
      const price = order.isBuy ? ask : bid
      const isReached = order.isBelow ? !exceeds(price, order.price) : !exceeds(order.price, price)
      if (!isReached) continue
      if (isNew && order.request.postOnly === true) leg.resting.fills.drop(order, 'would_take')
      else if (this.sendResting(leg, order, price)) return
    }
  }

  /** @returns whether there was anything to send */
  private sendResting(leg: Leg, order: RestingOrder, reference: number): boolean {
    const { size, opens } = leg.resting.fills.ask(order, reference)
    if (!(size > 0)) return false
    const { ticket, desk, position } = leg
    ticket.side = order.direction
    ticket.size = size
    ticket.reference = reference
    ticket.price = order.isLimit
      ? order.price
      : marketPrice(reference, order.direction, size, desk.costs)
    if (opens && position.quantity === 0) desk.guard.countOpened(leg.market.time)
    const exits = order.request.exits ?? NO_EXITS
    this.send(leg, {
      side: order.isBuy ? 'buy' : 'sell',
      size,
      reason: ORDER,
      tag: order.request.tag ?? null,
      entry: opens ? { approved: desk.guard.approve(ticket), exits, target: NaN } : null,
      reducedTo: null,
      reference,
      resting: order,
    })
    return true
  }

  /** Takes what the venue says of an order. */
  take(answer: VenueAnswer): void {
    const live = this.live.get(answer.order)
    if (live === undefined) {
      throw broken(`the venue speaks of an order that is not known, ${answer.order}`)
    }
    if (answer.kind === 'fill') this.fill(live, answer)
    // After a restart a venue says again what the session has heard.
    else if (answer.state !== live.state) {
      live.move(answer.state)
      if (!isLive(live.state)) this.end(live)
    }
    const leg = this.legs[live.leg]!
    this.settle(leg)
    // An exit that was refused waits for another price.
    if (live.state === 'refused' && live.entry === null) return
    const reason = reasonSinceClose(leg)
    if (reason !== null) this.leave(leg, reason, leg.market.price)
  }

  /** Orders under way, oldest first. */
  list(): readonly LiveOrder[] {
    return [...this.live.values()]
  }

  save(): SavedVenueOrders {
    return { numbers: this.numbers, live: this.list().map(order => order.save()) }
  }

  restore({ numbers, live }: SavedVenueOrders): void {
    assert(numbers >= live.length, 'more orders are under way than were ever numbered')
    this.numbers = numbers
    for (const saved of live) {
      assert(this.legs[saved.leg] !== undefined, 'a saved order is of no leg')
      this.live.set(saved.order.id, LiveOrder.restore(saved))
      this.settle(this.legs[saved.leg]!)
    }
  }

  /** Orders everything out that the leg holds, because of a level. */
  private leave(leg: Leg, reason: number, reference: number): void {
    this.send(leg, {
      side: leg.position.side > 0 ? 'sell' : 'buy',
      size: Math.abs(leg.position.quantity),
      reason,
      tag: null,
      entry: null,
      reducedTo: null,
      reference,
    })
    leg.order.clear()
  }

  private send(leg: Leg, terms: Sent): void {
    assert(!leg.isWaiting, 'a leg would order twice')
    assert(terms.size > 0 && terms.size < Infinity, 'an order at a venue has no size')
    this.numbers += 1
    const { reason, entry, reducedTo, reference = leg.market.price, resting = null } = terms
    const { costs } = this.desk
    const limit = resting?.isLimit === true ? resting.price : null
    const price = limit ?? marketPrice(reference, 1, terms.size, costs)
    const order: VenueOrder = {
      id: `${this.run}-${leg.index}-${this.numbers}`,
      market: leg.marketIndex,
      symbol: leg.spec.market.symbol,
      side: terms.side,
      // A stop whose price was reached is a market order.
      kind: limit === null ? 'market' : 'limit',
      size: terms.size,
      spend: terms.side === 'buy' ? terms.size * price * (1 + costs.fee) : 0,
      reference,
      price: limit,
      reason: EXIT_REASONS[reason]!,
      tag: terms.tag,
    }
    const approved = this.desk.guard.release(order, entry?.approved ?? null)
    const opens = entry && { exits: entry.exits, target: entry.target }
    const live = new LiveOrder(approved, {
      leg: leg.index,
      reason,
      entry: opens,
      reducedTo,
      resting: resting?.number ?? null,
    })
    this.live.set(order.id, live)
    this.placed.push(approved)
    this.settle(leg)
  }

  private fill(live: LiveOrder, said: VenueFill): void {
    const leg = this.legs[live.leg]!
    const { ticket, lot } = leg
    const { order, entry } = live
    checkFill(live, said, lot)
    ticket.side = order.side === 'buy' ? 1 : -1
    ticket.size = said.size
    ticket.price = said.price
    ticket.reference = order.reference
    ticket.reason = live.reason
    ticket.tag = order.tag
    ticket.isMaker = false
    leg.bookings.report(said)
    if (entry === null) leg.exit()
    else leg.enterReported(entry)
    leg.position.quantity = withoutNoise(leg.position.quantity)
    if (live.resting !== null) this.settleResting(leg, live.resting, said.size)
    live.filled += said.size
    live.paid += costOf(said)
    const isWhole = roundDown(order.size - live.filled, lot) <= 0
    live.move(isWhole ? 'filled' : 'partly_filled')
    if (isWhole) this.end(live)
  }

  /** A fill of a resting order: what is left of it goes on waiting, where it was not cancelled meanwhile. */
  private settleResting(leg: Leg, number: number, size: number): void {
    leg.target = leg.position.quantity === 0 ? 0 : NaN
    const order = leg.book.find(one => one.number === number)
    if (order !== undefined) leg.resting.fills.settle(order, Math.min(size, order.remaining), false)
  }

  private end(live: LiveOrder): void {
    this.live.delete(live.order.id)
    const leg = this.legs[live.leg]!
    if (live.state === 'filled' && live.reducedTo !== null) leg.target = live.reducedTo
    if (live.state === 'refused') leg.refuse('venue')
    // An entry of which nothing filled is gone, and sets no target; an exit is ordered again. A resting
    // order goes on waiting.
    const isExit = live.entry === null && live.resting === null
    if (live.state !== 'filled' && isExit && leg.position.quantity !== 0) {
      if (leg.order.kind === 'none') leg.order.leave(live.reason, live.order.tag)
    }
  }

  private settle(leg: Leg): void {
    const own = this.list().filter(one => one.leg === leg.index)
    leg.isWaiting = own.length > 0
    leg.entering = own.reduce((sum, one) => sum + one.entering, 0)
  }
}
