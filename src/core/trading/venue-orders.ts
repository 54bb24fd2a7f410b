import { EXIT_REASONS } from '../account/trade.js'
import { assert, broken } from '../assert.js'
import type { Fill } from '../account/fill.js'
import type { Quote, VenueAnswer, VenueFill } from './venue/broker.js'
import type { Approved } from '../risk/guard.js'
import { roundDown, type Lot } from '../account/market.js'
import type { Desk } from './desk.js'
import { marketPrice } from './fills/fill-model.js'
import type { Leg } from './leg.js'
import type { MarketOrders } from './market-orders.js'
import { isLive } from './orders/order-states.js'
import { exceeds } from '../tolerance.js'
import { LiveOrder, type SavedLiveOrder, type VenueOrder } from './venue/venue-order.js'

const SIGNAL = EXIT_REASONS.indexOf('signal')

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
    this.send(leg, {
      side: ticket.side > 0 ? 'buy' : 'sell',
      size: ticket.size,
      reason: SIGNAL,
      tag: order.tag,
      entry: {
        approved: this.desk.guard.approve(ticket),
        exits: order.exits,
        target: order.target,
      },
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
      if (leg.market !== feed || position.quantity === 0 || leg.isWaiting) continue
      const price = position.side > 0 ? bid : ask
      if (protection.isStopAt(price)) this.leave(leg, protection.stopReason, price)
      else if (protection.isTargetAt(price)) this.leave(leg, protection.targetReason, price)
    }
  }

  /** A candle of the leg's market has closed: what it reached is left at the market. */
  protect(leg: Leg, i: number): void {
    const { position, protection, market } = leg
    if (position.quantity === 0) return
    const { candles } = market
    protection.enterCandle(leg.closesBefore(i))
    position.follow(candles, i)
    if (position.entryIndex !== i && !leg.isWaiting) {
      const close = candles.close[i]!
      if (protection.isStopAt(close)) return this.leave(leg, protection.stopReason, close)
      if (protection.isTargetAt(close)) return this.leave(leg, protection.targetReason, close)
    }
    if (position.raisePeak(candles, i)) protection.settle()
  }

  /** Takes what the venue says of an order. */
  take(answer: VenueAnswer): void {
    const live = this.live.get(answer.order)
    if (live === undefined) {
      throw broken(`the venue speaks of an order that is not known, ${answer.order}`)
    }
    if (answer.kind === 'fill') this.fill(live, answer)
    else {
      live.move(answer.state)
      if (!isLive(live.state)) this.end(live)
    }
    this.settle(this.legs[live.leg]!)
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
    const { reason, entry, reducedTo, reference = leg.market.price } = terms
    const { costs } = this.desk
    const price = marketPrice(reference, 1, terms.size, costs)
    const order: VenueOrder = {
      id: `${this.run}-${leg.index}-${this.numbers}`,
      market: leg.marketIndex,
      symbol: leg.spec.market.symbol,
      side: terms.side,
      kind: 'market',
      size: terms.size,
      spend: terms.side === 'buy' ? terms.size * price * (1 + costs.fee) : 0,
      reference,
      price: null,
      reason: EXIT_REASONS[reason]!,
      tag: terms.tag,
    }
    const approved = this.desk.guard.release(order, entry?.approved ?? null)
    const opens = entry && { exits: entry.exits, target: entry.target }
    const live = new LiveOrder(approved, { leg: leg.index, reason, entry: opens, reducedTo })
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
    live.filled += said.size
    live.paid += costOf(said)
    const isWhole = roundDown(order.size - live.filled, lot) <= 0
    live.move(isWhole ? 'filled' : 'partly_filled')
    if (isWhole) this.end(live)
  }

  private end(live: LiveOrder): void {
    this.live.delete(live.order.id)
    const leg = this.legs[live.leg]!
    if (live.state === 'filled' && live.reducedTo !== null) leg.target = live.reducedTo
    if (live.state === 'refused') leg.refuse('venue')
    // An entry of which nothing filled is gone, and sets no target; an exit is ordered again.
    if (live.state !== 'filled' && live.entry === null && leg.position.quantity !== 0) {
      if (leg.order.kind === 'none') leg.order.leave(live.reason, live.order.tag)
    }
  }

  private settle(leg: Leg): void {
    leg.isWaiting = false
    for (const { leg: index } of this.live.values()) if (index === leg.index) leg.isWaiting = true
  }
}

/** A fill is of some size, and within what the order asked for: its size, or the spend of an entry that buys. */
function checkFill({ order, entry, filled, paid }: LiveOrder, said: VenueFill, lot: Lot): void {
  const { id, side, size, spend } = order
  if (!(said.size > 0 && said.price > 0 && said.size < Infinity && said.price < Infinity)) {
    throw broken(`order ${id} filled ${said.size} at ${said.price}`)
  }
  if (said.size <= size - filled + lot.step / 2) return
  const isPaidFor = side === 'buy' && entry !== null && !exceeds(paid + costOf(said), spend)
  if (!isPaidFor) throw broken(`order ${id} filled more than it asked for`)
}

/** Quote currency of a fill, fee included. */
function costOf({ size, price, fee }: VenueFill): number {
  return size * price + fee
}

/** What an order is to say. */
interface Sent {
  readonly side: 'buy' | 'sell'
  readonly size: number
  readonly reason: number
  readonly tag: string | null
  /** Of an entry, which the guard has approved: what it opens. */
  readonly entry: (SavedLiveOrder['entry'] & { readonly approved: Approved<Fill> }) | null
  readonly reducedTo: number | null
  readonly reference?: number
}

export interface SavedVenueOrders {
  /** Orders numbered so far. */
  readonly numbers: number
  /** Orders under way, oldest first. */
  readonly live: readonly SavedLiveOrder[]
}
