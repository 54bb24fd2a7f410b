import { EXIT_REASONS } from '../account/trade.js'
import type { Candles } from '../candles/candles.js'
import { marketPrice } from './fills/fill-model.js'
import { isLive } from './orders/order-states.js'
import { PathBook } from './orders/path-book.js'
import { further, isBefore, isBeyond, within } from './orders/path-prices.js'
import type { RestingOrder } from './orders/resting-order.js'
import type { RestingOrders } from './resting-orders.js'
import type { Trader } from './trader.js'

const RUIN = EXIT_REASONS.indexOf('ruin')

/**
 * The way of the price through one candle, as a leg meets it: O first, then the adverse side from O
 * outwards, then the other side. On it stand resting orders and protective levels, each at its price.
 */
export class CandlePath {
  private readonly leg: Trader
  private readonly resting: RestingOrders
  private readonly book: readonly RestingOrder[]
  private readonly orders: PathBook
  private readonly isOptimistic: boolean
  /** Whether the position was opened by a resting order in this candle. */
  private isFresh = false
  /** Whether it was opened on the path of this candle, so that its extremes have not been followed yet. */
  private isNew = false
  /** Whether the position was open before this candle. */
  private wasOpen = false
  /** The candle that is gone through, the finer one where there is one. */
  private candles: Candles
  private i = 0
  /** Where the two sides of this candle end. */
  private bottom = 0
  private top = 0
  /** Whether either side lies behind. */
  private isDownOver = false
  private isUpOver = false
  /** Whether both sides of the candle hold something that it reaches, so that their order decides. */
  private isAmbiguous = false
  /** Whether nothing has been met since O, and which side comes first. */
  private isUntouched = true
  private first = -1
  /** Where on the path the price stands, and the protective level that it comes to next. */
  private at = 0
  private level = 0
  /** The orders that O may meet, while it does. */
  private readonly queue: RestingOrder[] = []

  constructor(leg: Trader, resting: RestingOrders) {
    this.leg = leg
    this.resting = resting
    this.book = resting.book.resting
    this.candles = leg.market.candles
    this.orders = new PathBook(this.book, leg.desk.costs.limitFill === 'touch')
    this.isOptimistic = leg.desk.path === 'optimistic'
  }

  /** Takes the leg through the candle at index `i`, by finer candles where they cover it. */
  walk(i: number): void {
    const { leg } = this
    const { position, protection, market } = leg
    this.wasOpen = position.quantity !== 0 && position.entryIndex !== i
    this.isFresh =
      position.quantity !== 0 && position.entryIndex === i && this.resting.fills.openedAt === i
    if (position.quantity !== 0) protection.enterCandle(leg.closesBefore(i))
    this.orders.enterCandle()
    const stopBefore = leg.desk.sink === null ? 0 : protection.stopNow()
    if (market.detail === null || !this.walkDetail(i)) this.take(market.candles, i, true)
    if (leg.desk.sink !== null && position.quantity !== 0 && protection.stopNow() !== stopBefore) {
      leg.bookings.announcePosition()
    }
  }

  /** @returns true where the finer candles decided */
  private walkDetail(i: number): boolean {
    const detail = this.leg.market.detail!
    const start = detail.start(i)
    const end = detail.end(i, start)
    if (start === end || !detail.covers(start, end, i)) {
      detail.missed += 1
      return false
    }
    detail.used += 1
    for (let k = start; k < end; k++) {
      this.take(detail.candles, k, k === start)
      if (this.leg.position.quantity !== 0) this.wasOpen = true
      this.isFresh = false
    }
    return true
  }

  private take(candles: Candles, i: number, isFirst: boolean): void {
    const { leg } = this
    const { position, protection } = leg
    const isOpen = position.quantity !== 0
    this.isNew = false
    if (isOpen) position.follow(candles, i)
    const mayLeave = isOpen && (this.isOptimistic || protection.isTouchedBy(candles, i))
    if (mayLeave || this.orders.isTouchedBy(candles, i)) this.meet(candles, i, isFirst)
    if (position.quantity === 0) return
    if (this.isNew) position.follow(candles, i)
    if (!this.isFresh && position.raisePeak(candles, i)) protection.settle()
  }

  private meet(candles: Candles, i: number, isFirst: boolean): void {
    const open = candles.open[i]!
    this.candles = candles
    this.i = i
    this.orders.forgetMarks()
    this.bottom = Math.min(open, candles.low[i]!)
    this.top = Math.max(open, candles.high[i]!)
    this.isDownOver = false
    this.isUpOver = false
    this.at = open
    this.isAmbiguous = false
    this.meetOpen(isFirst)
    this.isUntouched = true
    const isShort = this.leg.position.quantity < 0
    const isDownFirst = isShort === this.isOptimistic
    this.first = isDownFirst ? -1 : 1
    this.meetSide(this.first)
    this.isDownOver = isDownFirst
    this.isUpOver = !isDownFirst
    if (this.isOptimistic) this.raiseBetween(candles, i)
    this.at = isDownFirst ? this.bottom : this.top
    this.meetSide(-this.first)
  }

  /**
   * The first thing after O is met: whether the other side holds something that is reached too. Where
   * the first side held nothing, nothing could have come before.
   */
  private judge(direction: number): void {
    this.isUntouched = false
    if (direction !== this.first) return
    this.isAmbiguous = this.nextOrder(-direction) !== null || this.isLevelAhead(-direction)
  }

  /** On the optimistic path the favourable extreme has been seen when the adverse side begins. */
  private raiseBetween(candles: Candles, i: number): void {
    const { position, protection } = this.leg
    if (position.quantity === 0 || position.side !== this.first) return
    if (position.raisePeak(candles, i)) protection.settle()
  }

  /** What O itself meets: a stop that it has passed, orders as they were given, a target that it has passed. */
  private meetOpen(isFirst: boolean): void {
    const { leg } = this
    const { position, protection } = leg
    if (position.quantity !== 0 && protection.isStopAt(this.at)) return this.leaveAtStop(this.at)
    if (this.orders.isAnyBeyond(this.at)) this.meetOrdersAtOpen(this.at, isFirst)
    if (position.quantity !== 0 && this.wasOpen && protection.isTargetAt(this.at)) {
      this.leaveAtTarget(this.at)
    }
  }

  private meetOrdersAtOpen(open: number, isFirst: boolean): void {
    const { queue } = this
    queue.length = 0
    for (const order of this.book) if (!order.isTriggered && !order.isMet) queue.push(order)
    // Those that leave the book meanwhile, by a group or a stop, are not met any more.
    for (const order of queue) if (isLive(order.state)) this.meetOrderAtOpen(order, open, isFirst)
  }

  private meetOrderAtOpen(order: RestingOrder, open: number, isFirst: boolean): void {
    const { leg } = this
    if (!isBeyond(order, open)) return
    if (!order.isLimit) {
      order.isMet = true
      return this.fill(order, open, NaN, false)
    }
    const isNew = isFirst && order.placedAt === leg.cursor.i - 1
    if (isNew && order.request.postOnly === true)
      return this.resting.fills.drop(order, 'would_take')
    if (isNew) {
      order.isMet = true
      return this.fill(order, open, this.takingPrice(order, open), false)
    }
    if (!this.orders.isReached(order, open, order.isBuy ? -1 : 1)) return
    order.isMet = true
    this.fill(order, order.price, order.price, true)
  }

  /** A limit order that takes pays the market's price, but never more than its own. */
  private takingPrice(order: RestingOrder, open: number): number {
    const { isBuy, price } = order
    const { leg } = this
    const wanted = this.resting.fills.wantedBy(order)
    const taken = marketPrice(open, order.direction, wanted, leg.desk.costs)
    return isBuy ? Math.min(price, taken) : Math.max(price, taken)
  }

  /** Goes on to the end of one side, down for -1, and meets what stands there in its order. */
  private meetSide(direction: number): void {
    for (;;) {
      const order = this.nextOrder(direction)
      const hasLevel = this.isLevelAhead(direction)
      if (order === null && !hasLevel) return
      const { level } = this
      if (this.isUntouched) this.judge(direction)
      if (order !== null && !(hasLevel && isBefore(level, order.price, direction))) {
        order.isMet = true
        this.at = further(this.at, order.price, direction)
        this.fill(order, order.price, order.isLimit ? order.price : NaN, order.isLimit)
      } else {
        const isStop = this.leg.position.side > 0 === direction < 0
        this.at = further(this.at, level, direction)
        if (isStop) this.leaveAtStop(level)
        else this.leaveAtTarget(level)
      }
    }
  }

  private nextOrder(direction: number): RestingOrder | null {
    return this.orders.next(direction < 0 ? this.bottom : this.top, direction)
  }

  /** Whether a protective level stands on this side and is reached: `level` is then where. */
  private isLevelAhead(direction: number): boolean {
    const { position, protection } = this.leg
    if (position.quantity === 0) return false
    const extreme = direction < 0 ? this.bottom : this.top
    const isStop = position.side > 0 === direction < 0
    if (!isStop && this.isFresh && !this.isOptimistic) return false
    if (!(isStop ? protection.isStopAt(extreme) : protection.isTargetAt(extreme))) return false
    const level = isStop ? protection.stop : protection.target
    this.level = within(further(this.levelFrom(isStop), level, direction), extreme, direction)
    return true
  }

  /** Where the way to a level begins; to the target of a position that was entered at the open, there. */
  private levelFrom(isStop: boolean): number {
    const wasEnteredAtOpen = !this.wasOpen && !this.isFresh
    return !isStop && wasEnteredAtOpen ? this.leg.market.price : this.at
  }

  private fill(order: RestingOrder, reference: number, price: number, isMaker: boolean): void {
    const { leg } = this
    const { position, protection } = leg
    const before = position.quantity
    if (this.isAmbiguous && before !== 0) position.ambiguity = 1
    if (before * order.direction < 0) this.followNew()
    const hasFilled = this.resting.fills.fill(order, reference, price, isMaker)
    if (!hasFilled) return
    if (position.quantity === 0) return
    if (before * position.quantity > 0) {
      // An addition moves the average entry, and a stop at it perhaps beyond the price.
      if (protection.isStopAt(this.at)) this.leaveAtStop(this.at)
      return
    }
    // A position that this order has opened.
    this.isFresh = true
    this.isNew = true
    if (this.isAmbiguous) position.ambiguity = 1
    this.wasOpen = false
    protection.enterCandle(0)
    this.stopAtOnce()
  }

  /** A stop that the price has passed already, or that lies on a side that is over, is met before anything else. */
  private stopAtOnce(): void {
    const { position, protection } = this.leg
    if (protection.isStopAt(this.at)) return this.leaveAtStop(this.at)
    const isOver = position.side > 0 ? this.isDownOver : this.isUpOver
    const extreme = position.side > 0 ? this.bottom : this.top
    if (isOver && protection.isStopAt(extreme)) this.leaveAtStop(protection.stop)
  }

  private leaveAtStop(reference: number): void {
    const { leg } = this
    const { ticket, position, protection } = leg
    ticket.reference = reference
    this.followNew()
    if (this.isAmbiguous) position.ambiguity = 1
    if (protection.stopReason === RUIN) leg.desk.guard.ruinedAt = leg.market.time
    leg.reduceAtMarket(Math.abs(position.quantity), protection.stopReason, null)
    this.resting.book.cancelResting()
  }

  private leaveAtTarget(reference: number): void {
    const { leg } = this
    leg.ticket.reference = reference
    this.followNew()
    if (this.isAmbiguous) leg.position.ambiguity = 1
    leg.exitAtPrice(leg.protection.targetReason)
    this.resting.book.cancelResting()
  }

  /** What this candle has opened is left in it: its extremes count whole, as those of any candle in which something fills. */
  private followNew(): void {
    if (this.isNew) this.leg.position.follow(this.candles, this.i)
  }
}
