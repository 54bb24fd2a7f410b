import { Book } from './book.js'
import type { Candles } from './candles.js'
import type { Desk, LegSpec } from './desk.js'
import { AppError } from './errors.js'
import { affordableQuantity, marketPrice } from './fill-model.js'
import { roundToStep } from './market.js'
import { Cursor, LegMoment, type Holdings } from './moment.js'
import { Position, type SavedPosition } from './position.js'
import { Protection } from './protection.js'
import {
  FLAT,
  type AnyStrategy,
  type Exits,
  type StrategyState,
  type TargetIntent,
} from './strategy.js'
import { formatTime } from './time.js'
import { EXIT_REASONS } from './trade.js'

const NO_ORDER = 0
const TARGET_ORDER = 1
const EXIT_ORDER = 2

const SIGNAL = EXIT_REASONS.indexOf('signal')
const TIME_STOP = EXIT_REASONS.indexOf('time_stop')
const END_OF_DATA = EXIT_REASONS.indexOf('end_of_data')
const RISK_LIMIT = EXIT_REASONS.indexOf('risk_limit')

/**
 * One strategy on one market. One candle, in order: `openCandle` fills what the last close
 * decided and runs the protective exits, the engine marks, `decide` asks the strategy. All legs
 * of an account take each of these before the next begins.
 */
export class Leg implements Holdings {
  readonly index: number
  readonly spec: LegSpec
  readonly moment: LegMoment
  readonly position = new Position()
  state: StrategyState
  /** Orders refused because they were below the market's minimum. */
  belowMinimum = 0
  /** Requests to go short on a market that is long only. */
  notShortable = 0
  /** Entries refused by a portfolio limit. */
  refusedByRisk = 0
  private readonly cursor = new Cursor()
  private readonly desk: Desk
  private readonly candles: Candles
  private readonly strategy: AnyStrategy
  private readonly book: Book
  private readonly protection: Protection
  private readonly fillsAtClose: boolean
  private order = NO_ORDER
  private orderTarget = 0
  private orderReason = SIGNAL
  private orderExits: Exits = FLAT.exits
  private lastTarget = 0
  private cooldownLeft = 0

  constructor(
    index: number,
    spec: LegSpec,
    desk: Desk,
    columns: Readonly<Record<string, Float64Array>>,
  ) {
    this.index = index
    this.spec = spec
    this.desk = desk
    this.candles = desk.candles
    this.strategy = spec.strategy
    this.state = spec.strategy.initial(spec.params) as StrategyState
    this.book = new Book(index, spec, desk, this.position, this.cursor)
    this.protection = new Protection(desk.path)
    this.fillsAtClose = desk.fill === 'close'
    this.moment = new LegMoment(spec.params, desk.candles, columns, this.cursor, this)
  }

  /** Steps 1 and 2 of a candle: the pending order at the open, then the protective exits. */
  openCandle(i: number): void {
    this.cursor.i = i
    if (this.order !== NO_ORDER) this.fillOrder(this.candles.open[i]!)
    if (this.position.quantity !== 0) this.protect(i)
  }

  /** Whether the next candle can do anything to this leg before its close. */
  isBusy(): boolean {
    return this.order !== NO_ORDER || this.position.quantity !== 0
  }

  /** Step 4: the strategy's word becomes the pending order. */
  decide(i: number): void {
    this.cursor.i = i
    const isCooling = this.cooldownLeft > 0
    if (isCooling) this.cooldownLeft -= 1
    const intent = this.strategy.decide(this.moment, this.state)
    if (this.position.timeStop !== 0 && this.isTimeUp(i)) {
      this.orderExit(TIME_STOP)
      this.book.announceSignal(0, 'time_stop')
    } else if (intent.kind === 'target') {
      this.consider(intent, isCooling)
    }
  }

  /** A close at which the strategy is not asked: only the clocks of the leg go on. */
  idle(): void {
    if (this.cooldownLeft > 0) this.cooldownLeft -= 1
  }

  /** Fills at the close what was decided at it; for fill mode `close` only. */
  fillAtClose(close: number): void {
    if (this.order === NO_ORDER) return
    const before = Math.sign(this.position.quantity)
    this.fillOrder(close)
    const hasLeft = before !== 0 && before !== Math.sign(this.position.quantity)
    if (hasLeft) this.idle()
  }

  /** Orders the whole position out because a portfolio limit was reached. */
  orderRiskExit(): void {
    if (this.position.quantity !== 0) this.orderExit(RISK_LIMIT)
    else this.order = NO_ORDER
  }

  /** Orders the position down to `target`, because the portfolio holds too much. */
  orderTrim(target: number): void {
    if (this.position.quantity === 0 || this.order === EXIT_ORDER) return
    this.order = TARGET_ORDER
    this.orderTarget = target
    this.orderReason = RISK_LIMIT
  }

  announceBreach(limit: string, value: number, threshold: number): void {
    this.book.announceBreach(limit, value, threshold)
  }

  /** Closes what is open at the last close, without slippage; a pending order is dropped. */
  closeAtEnd(close: number): void {
    this.order = NO_ORDER
    if (this.position.quantity === 0) return
    this.exit(Math.abs(this.position.quantity), close, close, END_OF_DATA, false)
  }

  exposureNow(): number {
    const { quantity } = this.position
    if (quantity === 0) return 0
    const close = this.candles.close[this.cursor.i]!
    const value = quantity * close
    return value / (this.desk.account.cash + value + this.desk.othersValue(this.index, close))
  }

  entryPriceNow(): number {
    return this.position.quantity === 0 ? 0 : this.position.entryPrice
  }

  candlesHeldNow(): number {
    return this.position.quantity === 0 ? 0 : this.cursor.i - this.position.entryIndex + 1
  }

  save(): SavedLeg {
    const { state, belowMinimum, notShortable, refusedByRisk, order, orderTarget, orderReason } =
      this
    const { orderExits, lastTarget, cooldownLeft } = this
    const position = this.position.save()
    return {
      position,
      state: { ...state },
      belowMinimum,
      notShortable,
      refusedByRisk,
      order,
      orderTarget,
      orderReason,
      orderExits,
      lastTarget,
      cooldownLeft,
    }
  }

  restore(saved: SavedLeg, lastIndex: number): void {
    this.cursor.i = lastIndex
    this.position.restore(saved.position)
    this.state = { ...saved.state }
    this.belowMinimum = saved.belowMinimum
    this.notShortable = saved.notShortable
    this.refusedByRisk = saved.refusedByRisk
    this.order = saved.order
    this.orderTarget = saved.orderTarget
    this.orderReason = saved.orderReason
    this.orderExits = saved.orderExits
    this.lastTarget = saved.lastTarget
    this.cooldownLeft = saved.cooldownLeft
  }

  private protect(i: number): void {
    const wasOpen = this.position.entryIndex !== i
    if (this.desk.sink !== null) return this.protectAndTell(i, wasOpen)
    if (this.desk.detail !== null && this.protectByDetail(i, wasOpen)) return
    if (this.protection.check(this.position, this.candles, i, wasOpen)) this.leave()
  }

  /** As `protect`, and tells where the stop has moved to. */
  private protectAndTell(i: number, wasOpen: boolean): void {
    const before = this.position.stopNow()
    const isDone = this.desk.detail !== null && this.protectByDetail(i, wasOpen)
    if (!isDone && this.protection.check(this.position, this.candles, i, wasOpen)) this.leave()
    if (this.position.quantity !== 0 && this.position.stopNow() !== before)
      this.book.announcePosition()
  }

  /** @returns true where the finer candles decided, whether the position was left or not */
  private protectByDetail(i: number, wasOpen: boolean): boolean {
    const detail = this.desk.detail!
    const start = detail.start(i)
    const end = detail.end(i, start)
    if (start === end || !detail.covers(start, end, i)) return false
    for (let k = start; k < end; k++) {
      if (!this.protection.check(this.position, detail.candles, k, wasOpen || k > start)) continue
      this.leave()
      break
    }
    return true
  }

  private leave(): void {
    const { protection, position } = this
    const size = Math.abs(position.quantity)
    const price = protection.isLimit
      ? protection.price
      : marketPrice(protection.price, position.quantity > 0 ? -1 : 1, size, this.desk.costs)
    this.exit(size, price, protection.price, protection.reason, protection.ambiguous)
  }

  private isTimeUp(i: number): boolean {
    const closes = i - this.position.entryIndex + 1
    return this.position.quantity !== 0 && closes >= this.position.timeStop
  }

  private consider(intent: TargetIntent, isCooling: boolean): void {
    let target = intent.exposure
    if (!(target >= -1 && target <= 1)) throw this.badIntent(target)
    if (target === this.lastTarget) return
    if (target < 0 && !this.spec.market.shortable) {
      this.notShortable += 1
      if (this.lastTarget === 0) return this.book.announceSignal(target, 'not_shortable')
      target = 0
    }
    if (isCooling && target * this.lastTarget <= 0 && target !== 0) {
      // A reversal loses its entry, not its exit.
      this.book.announceSignal(target, 'cooldown')
      if (this.lastTarget === 0) return
      target = 0
    }
    this.book.announceSignal(target, 'ordered')
    if (target === 0) return this.orderExit(SIGNAL)
    this.order = TARGET_ORDER
    this.orderTarget = target
    this.orderReason = SIGNAL
    this.orderExits = intent.exits
  }

  private badIntent(target: number): AppError {
    const time = formatTime(this.candles.time[this.cursor.i]!)
    return new AppError(
      'STRATEGY_INTENT',
      `strategy ${this.strategy.name} asked for exposure ${String(target)} at the candle of ${time}`,
      { hint: 'an exposure is a number from -1 (short) to 1 (long); look for a division by zero' },
    )
  }

  private orderExit(reason: number): void {
    this.order = EXIT_ORDER
    this.orderReason = reason
  }

  private fillOrder(reference: number): void {
    const { order, orderTarget: target } = this
    this.order = NO_ORDER
    const { quantity } = this.position
    if (quantity !== 0 && (order === EXIT_ORDER || quantity * target < 0)) {
      const size = Math.abs(quantity)
      const price = marketPrice(reference, quantity > 0 ? -1 : 1, size, this.desk.costs)
      this.exit(size, price, reference, this.orderReason, false)
    }
    if (order === EXIT_ORDER) return
    if (this.position.quantity === 0) this.enter(target, reference)
    else this.scale(target, reference)
  }

  private enter(target: number, reference: number): void {
    const { guard, account, costs } = this.desk
    const barrier = guard.entryBarrier(this.desk.openPositions(), this.decisionAgeMs())
    if (barrier !== null) {
      this.refusedByRisk += 1
      return this.book.announceSignal(target, 'risk_limit')
    }
    const direction = target > 0 ? 1 : -1
    const size = this.quantityFor(target, reference, direction, account.cash - costs.txCost)
    if (this.isBelowMinimum(size, reference)) return this.refuse()
    const price = marketPrice(reference, direction, size, costs)
    guard.countEntry()
    this.book.enter(direction * size, price, reference, this.orderExits)
    this.lastTarget = target
  }

  /** Trades the difference between the quantity that `target` asks for and what is held. */
  private scale(target: number, reference: number): void {
    const { account, costs } = this.desk
    const { step } = this.spec.market
    const direction = this.position.quantity > 0 ? 1 : -1
    const held = Math.abs(this.position.quantity)
    const more = roundToStep(this.quantityFor(target, reference, direction, Infinity) - held, step)
    const least = this.quantityFor(target, reference, -direction, Infinity)
    const less = least > 0 ? roundToStep(held - least, step) : held
    if (more > 0) {
      const cash = Math.max(0, account.cash - costs.txCost)
      const most = direction > 0 ? affordableQuantity(cash, reference, 1, costs, step) : more
      const size = Math.min(more, most)
      if (this.isBelowMinimum(size, reference)) return this.refuse()
      const price = marketPrice(reference, direction, size, costs)
      this.book.enter(direction * size, price, reference, this.orderExits)
    } else if (less > 0) {
      if (less < held && this.isBelowMinimum(less, reference)) return this.refuse()
      const price = marketPrice(reference, -direction, less, costs)
      this.exit(less, price, reference, this.orderReason, false)
      if (less === held) return
    }
    this.lastTarget = target
  }

  /** Quantity that `target` means at this price, within every cap, rounded down to the step. */
  private quantityFor(target: number, reference: number, direction: number, cash: number): number {
    const { account, costs, guard } = this.desk
    const own = this.position.quantity * reference
    const equity = account.cash + own + this.desk.othersValue(this.index, reference)
    const wanted = Math.min(Math.abs(target) * this.spec.weight * equity, this.cap(equity))
    const approved = guard.approve(wanted, equity, this.desk.othersExposed(this.index, reference))
    const spend = Math.max(0, Math.min(approved, cash))
    return affordableQuantity(spend, reference, direction, costs, this.spec.market.step)
  }

  private cap(equity: number): number {
    const size = this.spec.risk.positionSize
    if (size === null) return Infinity
    return size.kind === 'quote' ? size.amount : size.share * equity
  }

  private isBelowMinimum(size: number, reference: number): boolean {
    return size <= 0 || size * reference < this.spec.market.minNotional
  }

  /** How long before this fill it was decided: 0 without a gap. */
  private decisionAgeMs(): number {
    const { i } = this.cursor
    if (this.fillsAtClose || i === 0) return 0
    return this.candles.time[i]! - this.candles.time[i - 1]! - this.candles.timeframeMs
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
    this.lastTarget = 0
    this.cooldownLeft = this.spec.risk.cooldown
  }

  private refuse(): void {
    this.belowMinimum += 1
    this.book.announceRefusal()
  }
}

/** A leg as plain JSON numbers. Indicators are not here: they are rebuilt from candles. */
export interface SavedLeg {
  readonly position: SavedPosition
  readonly state: StrategyState
  readonly belowMinimum: number
  readonly notShortable: number
  readonly refusedByRisk: number
  readonly order: number
  readonly orderTarget: number
  readonly orderReason: number
  readonly orderExits: Exits
  readonly lastTarget: number
  readonly cooldownLeft: number
}
