import { Account } from '../account/account.js'
import { Fill } from '../account/fill.js'
import { lotOf, roundDown, type Lot } from '../account/market.js'
import { Position } from '../account/position.js'
import type { Refusal } from '../account/refusal.js'
import { EXIT_REASONS } from '../account/trade.js'
import {
  HOLD,
  namesAny,
  type Exits,
  type Intent,
  type KeepIntent,
  type TargetIntent,
} from '../strategy/intent.js'
import { checkIntent } from '../strategy/intent-check.js'
import { Cursor, LegMoment } from '../strategy/moment.js'
import type { AnyStrategy, StrategyState } from '../strategy/strategy.js'
import { Bookings, type Booked } from './bookings.js'
import { CandlePath } from './candle-path.js'
import type { Desk, Holding, LegSpec } from './desk.js'
import { priceAtMarket } from './fills/fill-model.js'
import { LegCounts } from './leg-counts.js'
import type { MarketFeed } from './fills/market-feed.js'
import { PendingOrder } from './orders/order.js'
import { Protection } from './fills/protection.js'
import type { RestingOrder } from './orders/resting-order.js'
import { LegHoldings } from './leg-holdings.js'
import type { Trader } from './trader.js'
import { mayHear } from './reduction.js'
import { RestingOrders } from './resting-orders.js'

const SIGNAL = EXIT_REASONS.indexOf('signal')
const TIME_STOP = EXIT_REASONS.indexOf('time_stop')
const RISK_LIMIT = EXIT_REASONS.indexOf('risk_limit')
const RUIN = EXIT_REASONS.indexOf('ruin')

/** Sees what a strategy said at a close, for a trace. */
export type DecisionWatcher = (leg: Leg, i: number, intent: Intent) => void

/** Where a leg trades. */
export interface LegPlace {
  /** What it trades on. */
  readonly market: MarketFeed
  /** Place of that market in the account. */
  readonly marketIndex: number
  /** The account. */
  readonly desk: Desk
}

/**
 * One strategy on one market of an account: its position, its pending order, its resting orders, and
 * what its strategy has said. The engine calls it in the order of the execution model.
 */
export class Leg implements Holding, Booked, Trader {
  readonly index: number
  readonly spec: LegSpec
  readonly market: MarketFeed
  /** Its place among the markets of the account. */
  readonly marketIndex: number
  readonly desk: Desk
  readonly moment: LegMoment
  readonly holdings: LegHoldings
  readonly position = new Position()
  readonly protection = new Protection(this.position)
  readonly ledger = new Account(0)
  readonly bookings: Bookings
  readonly order = new PendingOrder()
  readonly resting: RestingOrders
  /** Its orders, as they stand in the book. */
  readonly book: readonly RestingOrder[]
  readonly counts = new LegCounts()
  readonly cursor = new Cursor()
  readonly ticket = new Fill()
  readonly lot: Lot
  state: StrategyState
  /** The last target that was filled; 0 after a full exit, NaN after a fill of a resting order. */
  target = 0
  /** Closes at which entries are still ignored. */
  cooldownLeft = 0
  /** Whether an order of it is under way at a venue, and whether it alone enters nothing. */
  isWaiting = false
  isPaused = false
  /** Quote currency that its entries under way at a venue may still take. */
  entering = 0
  /** Exits counted before the fills of this instant. */
  exitsBefore = 0
  watcher: DecisionWatcher | null = null
  private readonly strategy: AnyStrategy
  private readonly path: CandlePath

  constructor(
    index: number,
    spec: LegSpec,
    { market, marketIndex, desk }: LegPlace,
    columns: Readonly<Record<string, Float64Array>>,
  ) {
    this.index = index
    this.spec = spec
    this.market = market
    this.marketIndex = marketIndex
    this.desk = desk
    this.lot = lotOf(spec.market.step)
    this.strategy = spec.strategy
    this.state = spec.strategy.initial(spec.params) as StrategyState
    this.bookings = new Bookings(this, desk)
    this.resting = new RestingOrders(this)
    this.book = this.resting.book.resting
    this.path = new CandlePath(this, this.resting)
    this.holdings = new LegHoldings(this, this.resting)
    this.moment = new LegMoment(spec.params, market.candles, columns, this.cursor, this.holdings)
  }

  /** Open time of the candle that the leg stands at. */
  time = (): number => this.market.candles.time[this.cursor.i]!

  /** Whether the next candle can do anything to this leg before its close, its pending order aside. */
  isExposed(): boolean {
    return this.position.quantity !== 0 || this.book.length > 0
  }

  /** Whether the strategy has orders resting, or levels of its own. */
  hasLevels(): boolean {
    const { keptStop, keptTarget } = this.protection
    return this.resting.hasOrders() || keptStop !== 0 || keptTarget !== 0
  }

  reservedCash(): number {
    return this.resting.book.reservedCash() + this.entering
  }

  /** Step 2 of a candle: resting orders and protective exits, in the order of its path. */
  walk(i: number): void {
    this.path.walk(i)
  }

  /** Step 4: the strategy's word becomes the pending order, levels, or resting orders. */
  decide(i: number): void {
    const { order } = this
    const isCooling = this.cooldownLeft > 0
    if (isCooling) this.cooldownLeft -= 1
    if (this.book.length > 0) this.resting.book.expire(i)
    const intent = this.strategy.decide(this.moment, this.state)
    if (this.watcher !== null) this.watcher(this, i, intent)
    if (this.protection.timeStop !== 0 && this.isTimeUp(i) && !this.isOrderedOut()) {
      order.leave(TIME_STOP)
      this.resting.book.cancelResting()
      this.bookings.announceSignal(0, 'time_stop')
    } else if (intent !== HOLD) {
      this.hear(intent, i, isCooling)
    }
    if (this.resting.hasOrders()) this.resting.countQuotes()
  }

  /** A close at which the strategy is not asked: only the clocks of the leg go on. */
  idle(): void {
    if (this.cooldownLeft > 0) this.cooldownLeft -= 1
  }

  /** Orders everything out by a rule of the account, and cancels what rests. */
  orderOut(reason: 'risk_limit' | 'ruin'): void {
    this.resting.book.cancelResting()
    if (this.position.quantity !== 0) this.order.leave(reason === 'ruin' ? RUIN : RISK_LIMIT)
    else this.order.clear()
  }

  /** Orders the position down to a quantity; an order of the strategy stands, and is cut when it fills. */
  orderTrim(kept: number): void {
    const { kind } = this.order
    if (this.position.quantity === 0 || (kind !== 'none' && kind !== 'trim')) return
    this.order.trim(roundDown(kept, this.lot), RISK_LIMIT)
  }

  /** Fills a market order that takes the ticket's size off what is held, at the ticket's reference. */
  reduceAtMarket(size: number, reason: number, tag: string | null): void {
    this.writeExit(size, reason, tag)
    priceAtMarket(this.ticket, this.desk.costs)
    this.exit()
  }

  /** Fills an exit of everything at the ticket's reference itself, without slippage. */
  exitAtPrice(reason: number): void {
    this.writeExit(Math.abs(this.position.quantity), reason, null)
    this.ticket.price = this.ticket.reference
    this.exit()
  }

  /** Books the ticket as an exit. */
  exit(): void {
    this.counts.fills += 1
    if (!this.bookings.exit(this.ticket)) return
    this.counts.exits += 1
    this.target = 0
    this.cooldownLeft = this.spec.risk.cooldown
  }

  /** Books the ticket as an entry that a venue has made; one that comes after a halt is left again. */
  enterReported({ exits, target }: { readonly exits: Exits; readonly target: number }): void {
    const isOpening = this.position.quantity === 0
    this.counts.fills += 1
    if (isOpening) this.counts.entries += 1
    const { guard } = this.desk
    this.bookings.enter(guard.reported(this.ticket), exits)
    this.target = target
    if (guard.isHalted || guard.isRuined) this.order.leave(guard.isRuined ? RUIN : RISK_LIMIT)
  }

  /** Whether an exit that a limit or ruin ordered has still to be filled. */
  isOrderedOut(): boolean {
    const { kind, reason } = this.order
    return kind === 'exit' && (reason === RISK_LIMIT || reason === RUIN)
  }

  /** Counts an entry that was refused, and tells of it. */
  refuse(reason: Refusal): void {
    this.counts.refuse(reason)
    this.bookings.announceRefusal(reason)
  }

  /** Closes held before the close of candle `i`: 0 in the candle of the entry. */
  closesBefore(i: number): number {
    return i - this.position.entryIndex
  }

  equityNow(): number {
    return this.desk.equity()
  }

  private writeExit(size: number, reason: number, tag: string | null): void {
    const { ticket } = this
    ticket.side = -this.position.side
    ticket.size = size
    ticket.reason = reason
    ticket.tag = tag
    ticket.isMaker = false
  }

  private isTimeUp(i: number): boolean {
    return this.position.quantity !== 0 && this.closesBefore(i) + 1 >= this.protection.timeStop
  }

  /** Whether a limit or ruin keeps the leg out of the market, what it held ordered out; or a pause, from more. */
  private isHalted(said: Intent): boolean {
    return this.isWaiting || this.isOrderedOut() || !mayHear(said, this)
  }

  private hear(intent: Intent, i: number, isCooling: boolean): void {
    const said = checkIntent(intent, this.strategy.name, this.time)
    if (this.isHalted(said)) return this.hearHalted(said)
    switch (said.kind) {
      case 'hold':
        return
      case 'target':
        return this.consider(said, isCooling)
      case 'keep':
        return this.keep(said)
      case 'orders':
        return this.resting.answer(said, i, isCooling)
    }
  }

  /** Nothing is entered by it, but it counts as said: what was spent may be asked for again. */
  private hearHalted(said: Intent): void {
    if (said.kind === 'target' && said.exposure !== 0) this.counts.halted += 1
    if (this.position.quantity !== 0) return
    if (said.kind === 'target') this.resting.book.cancelAll()
    if (said.kind === 'orders') this.resting.book.answer(said.orders, () => false)
  }

  private keep(levels: KeepIntent): void {
    if (this.position.quantity === 0) return
    if (this.protection.keep(levels)) this.counts.idleLevels += 1
    if (this.desk.sink !== null) this.bookings.announcePosition()
  }

  private consider(intent: TargetIntent, isCooling: boolean): void {
    let target = intent.exposure
    const { target: filled, order } = this
    if (target === filled) {
      if (namesAny(intent.exits)) this.counts.exitsIgnored += 1
      return this.resting.book.cancelAll()
    }
    if (target < 0 && !this.spec.market.shortable) {
      this.counts.notShortable += 1
      if (this.position.quantity === 0) {
        this.resting.book.cancelAll()
        return this.bookings.announceSignal(target, 'not_shortable')
      }
      target = 0
    }
    this.resting.book.cancelAll()
    if (this.desk.sink !== null) {
      this.bookings.announceSignal(target, isCooling && target !== 0 ? 'cooldown' : 'ordered')
    }
    if (target === 0) order.leave(SIGNAL, intent.tag)
    else order.aim(target, intent.exits, intent.tag)
    order.isCooling = isCooling
    order.priority = intent.priority ?? this.spec.priority
    order.day = this.desk.guard.day
  }
}
