import { Book } from '../account/book.js'
import type { Candles } from '../candles/candles.js'
import type { Desk, LegSpec } from './desk.js'
import { checkIntent } from '../strategy/intent-check.js'
import { Cursor, LegMoment, type Holdings } from '../strategy/moment.js'
import { PendingOrder, type SavedOrder } from './order.js'
import { Position, type SavedPosition } from '../account/position.js'
import { Protection } from './protection.js'
import { SimulatedBroker } from './simulated-broker.js'
import { HOLD, type TargetIntent } from '../strategy/intent.js'
import { type AnyStrategy, type StrategyState } from '../strategy/strategy.js'
import { EXIT_REASONS } from '../account/trade.js'

const SIGNAL = EXIT_REASONS.indexOf('signal')
const TIME_STOP = EXIT_REASONS.indexOf('time_stop')
const RISK_LIMIT = EXIT_REASONS.indexOf('risk_limit')

/**
 * One strategy on one market. One candle, in order: `fillAtOpen` fills what the last close decided,
 * `protect` runs the protective exits, the engine marks, `decide` asks the strategy. All legs of an
 * account take each of these before the next begins, so that no leg trades with what another one
 * frees later in the candle.
 */
export class Leg implements Holdings {
  readonly index: number
  readonly spec: LegSpec
  readonly moment: LegMoment
  readonly position = new Position()
  readonly book: Book
  readonly broker: SimulatedBroker
  state: StrategyState
  /** Requests to go short on a market that is long only. */
  notShortable = 0
  private readonly cursor = new Cursor()
  private readonly desk: Desk
  private readonly candles: Candles
  private readonly strategy: AnyStrategy
  private readonly protection: Protection
  readonly order = new PendingOrder()
  /** Closes at which entries are still ignored. */
  cooldownLeft = 0

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
    this.broker = new SimulatedBroker(index, spec, desk, this.position, this.cursor, this.book)
    this.protection = new Protection(desk.path)
    this.moment = new LegMoment(spec.params, desk.candles, columns, this.cursor, this)
  }

  /** The columns at whose crosses alone the strategy speaks; null where it may speak anywhere. */
  crossed(
    columns: Readonly<Record<string, Float64Array>>,
  ): readonly [Float64Array, Float64Array] | null {
    const cross = this.spec.strategy.actsOnCross
    return cross === undefined ? null : [columns[cross[0]]!, columns[cross[1]]!]
  }

  /** The first candle from `first` on at which a protective exit is touched; `end` where there is none before it. */
  quietUntil(first: number, end: number): number {
    if (this.position.quantity === 0) return end
    return this.protection.follow(this.position, this.candles, first, end)
  }

  /** The candle at index `i` has closed, and others have looked after it. */
  lookAt(i: number): void {
    this.cursor.i = i
  }

  /** Takes the closes from `first` to before `end`, at which the strategy says nothing. */
  passCloses(first: number, end: number): void {
    this.cursor.i = end - 1
    this.cooldownLeft = Math.max(0, this.cooldownLeft - (end - first))
  }

  /** The position was left: entries are ignored at so many closes from here on. */
  coolDown(): void {
    this.cooldownLeft = this.spec.risk.cooldown
  }

  hasOrder(): boolean {
    return this.order.kind !== 'none'
  }

  /** Step 1 of a candle: the pending order at the open. */
  fillAtOpen(i: number): void {
    this.cursor.i = i
    if (this.order.kind !== 'none') this.fill(this.candles.open, i)
  }

  /** Step 2: the protective exits, after every leg of the account has had its open. */
  protect(i: number): void {
    if (this.position.quantity === 0) return
    const wasOpen = this.position.entryIndex !== i
    if (this.desk.sink !== null) return this.protectAndTell(i, wasOpen)
    if (this.desk.detail !== null && this.protectByDetail(i, wasOpen)) return
    if (this.protection.check(this.position, this.candles, i, wasOpen)) this.leave()
  }

  /** Whether the next candle can do anything to this leg before its close. */
  isBusy(): boolean {
    return this.order.kind !== 'none' || this.position.quantity !== 0
  }

  /** Step 4: the strategy's word becomes the pending order. */
  decide(i: number): void {
    this.cursor.i = i
    const isCooling = this.cooldownLeft > 0
    if (isCooling) this.cooldownLeft -= 1
    const intent = this.strategy.decide(this.moment, this.state)
    if (this.position.timeStop !== 0 && this.isTimeUp(i)) {
      this.order.leave(TIME_STOP)
      this.book.announceSignal(0, 'time_stop')
    } else if (intent === HOLD) {
      return
    } else {
      const said = checkIntent(intent, this.strategy.name, this.candles.time[i]!)
      if (said !== null) this.consider(said, isCooling)
    }
  }

  /** A close at which the strategy is not asked: only the clocks of the leg go on. */
  idle(): void {
    if (this.cooldownLeft > 0) this.cooldownLeft -= 1
  }

  /** Fills at the close what was decided at it; for fill mode `close` only. */
  fillAtClose(i: number): void {
    if (this.order.kind === 'none') return
    const before = this.broker.fullExits
    this.fill(this.candles.close, i)
    if (this.broker.fullExits !== before) this.idle()
  }

  /** Orders the whole position out because a portfolio limit was reached. */
  orderRiskExit(): void {
    if (this.position.quantity !== 0) this.order.leave(RISK_LIMIT)
    else this.order.clear()
  }

  /** Orders the position down to `target`; an order of the strategy stands, and is cut when it fills. */
  orderTrim(target: number): void {
    const { kind, reason } = this.order
    const isFree = kind === 'none' || (kind === 'target' && reason === RISK_LIMIT)
    if (isFree && this.position.quantity !== 0) this.order.trim(target, RISK_LIMIT)
  }

  /** Closes what is open at the last close; a pending order is dropped. */
  closeAtEnd(close: number): void {
    this.order.clear()
    this.broker.closeAtEnd(close)
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
    const { belowMinimum, refusedByRisk, target } = this.broker
    return {
      position: this.position.save(),
      state: { ...this.state },
      order: this.order.save(),
      target,
      cooldownLeft: this.cooldownLeft,
      belowMinimum,
      refusedByRisk,
      notShortable: this.notShortable,
    }
  }

  restore(saved: SavedLeg, lastIndex: number): void {
    this.cursor.i = lastIndex
    this.position.restore(saved.position)
    this.state = { ...saved.state }
    this.order.restore(saved.order)
    this.broker.target = saved.target
    this.broker.belowMinimum = saved.belowMinimum
    this.broker.refusedByRisk = saved.refusedByRisk
    this.cooldownLeft = saved.cooldownLeft
    this.notShortable = saved.notShortable
  }

  private fill(prices: Float64Array, i: number): void {
    const before = this.broker.fullExits
    this.broker.fill(this.order, prices, i)
    if (this.broker.fullExits !== before) this.coolDown()
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
    if (start === end || !detail.covers(start, end, i)) {
      detail.missed += 1
      return false
    }
    detail.used += 1
    for (let k = start; k < end; k++) {
      if (!this.protection.check(this.position, detail.candles, k, wasOpen || k > start)) continue
      this.leave()
      break
    }
    return true
  }

  private leave(): void {
    this.broker.leave(this.protection)
    this.coolDown()
  }

  private isTimeUp(i: number): boolean {
    const closes = i - this.position.entryIndex + 1
    return this.position.quantity !== 0 && closes >= this.position.timeStop
  }

  private consider(intent: TargetIntent, isCooling: boolean): void {
    let target = intent.exposure
    const { target: filled } = this.broker
    if (target === filled) return
    if (target < 0 && !this.spec.market.shortable) {
      this.notShortable += 1
      if (filled === 0) return this.book.announceSignal(target, 'not_shortable')
      target = 0
    }
    if (isCooling && target * filled <= 0 && target !== 0) {
      // A reversal loses its entry, not its exit.
      this.book.announceSignal(target, 'cooldown')
      if (filled === 0) return
      target = 0
    }
    this.book.announceSignal(target, 'ordered')
    if (target === 0) this.order.leave(SIGNAL)
    else this.order.aim(target, intent.exits)
  }
}

/** A leg as plain JSON. Indicators are not here: they are rebuilt from candles. */
export interface SavedLeg {
  readonly position: SavedPosition
  readonly state: StrategyState
  readonly order: SavedOrder
  readonly target: number
  readonly cooldownLeft: number
  readonly belowMinimum: number
  readonly refusedByRisk: number
  readonly notShortable: number
}
