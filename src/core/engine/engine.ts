import { Account } from '../account/account.js'
import type { Costs } from '../account/costs.js'
import type { EventSink } from '../account/events.js'
import { TradeLog } from '../account/trade.js'
import { assert } from '../assert.js'
import type { Candles } from '../candles/candles.js'
import { DetailCandles } from '../candles/detail.js'
import type { Millis } from '../candles/time.js'
import { RiskGuard, type RiskVerdict } from '../risk/guard.js'
import type { RiskLimits } from '../risk/limits.js'
import { Desk, type FillMode, type LegSpec } from '../trading/desk.js'
import { Leg } from '../trading/leg.js'
import { MarketFeed } from '../trading/market-feed.js'
import { MarketOrders } from '../trading/market-orders.js'
import { VenueOrders } from '../trading/venue-orders.js'
import type { OrderLog } from '../trading/order-log.js'
import type { PricePath } from '../trading/protection.js'
import type { Allocation } from './allocation.js'
import { Allocator, type WeightRow } from './allocator.js'
import { EquityCurve } from './equity-curve.js'
import { LegCurve } from './leg-curve.js'

/** What holds for an account as a whole, whatever its markets. */
export interface AccountSpec {
  /** Quote currency at the start. */
  readonly capital: number
  readonly costs: Costs
  readonly fill: FillMode
  readonly path: PricePath
  readonly limits: RiskLimits
  /** Leave an open position marked at the end instead of closing it. */
  readonly keepOpen: boolean
  /** How weights follow from what has happened; without it those of the legs hold. */
  readonly allocation?: Allocation | null
}

/** Everything that decides what a run on one market computes, apart from the candles. */
export interface RunSpec extends AccountSpec {
  readonly legs: readonly LegSpec[]
}

/** Indicator columns of one leg, by the name its strategy gave them. */
export type LegColumns = Readonly<Record<string, Float64Array>>

/** One market of an account, and the legs that trade on it. */
export interface EngineMarket {
  readonly candles: Candles
  /** Finer candles of the same market, from which the order inside a candle is taken. */
  readonly detail: Candles | null
  /** Index of the first candle of the run; those before have warmed the indicators. */
  readonly first: number
  /** Index of the first candle at which strategies are asked. */
  readonly decideFrom: number
  readonly legs: readonly LegSpec[]
  readonly columns: readonly LegColumns[]
}

/** The parts of a run that belong to a place, not to the result. */
export interface EngineWiring {
  readonly sink?: EventSink | null
  /** Where trades are written, and the room for the equity curve, where they are borrowed. */
  readonly trades?: TradeLog
  readonly curve?: EquityCurve
  /** Where resting orders are written down; it grows with every order. */
  readonly orderLog?: OrderLog
  /** Whether each leg's own gains are followed at every time. */
  readonly followsLegs?: boolean
  /** Orders leave for a venue instead of being filled from candles; their ids begin with this name. */
  readonly venueRun?: string
}

/** An operator's order to a running session; `leg` where it means one alone. */
export type Command =
  | { readonly name: 'pause' | 'resume' | 'halt'; readonly leg?: undefined }
  | { readonly name: 'flatten'; readonly leg?: number }
  /** Share of what is held that is to go, 0 to 1. */
  | { readonly name: 'reduce'; readonly share: number; readonly leg?: number }

/** A spec of its own for each leg, so that its weight can change. */
type WeighedSpec = { -readonly [K in keyof LegSpec]: LegSpec[K] }

/**
 * The trading engine: any number of legs on any number of markets and one account. One call of `step`
 * takes the candles that open at one time, once they have closed, in the order of the execution model:
 * orders decided before, the candle's path, the mark, decisions. Backtests, portfolios and sessions
 * are this step and nothing else; legs come in canonical order, by symbol and then by strategy.
 */
export class Engine {
  readonly account: Account
  readonly guard: RiskGuard
  readonly trades: TradeLog
  readonly desk: Desk
  readonly markets: readonly MarketFeed[]
  readonly legs: readonly Leg[]
  readonly orders: MarketOrders
  /** Where a venue fills what the legs order; null where the engine does, from candles. */
  readonly venue: VenueOrders | null
  readonly curve: EquityCurve
  /** One a leg where they are followed, else empty. */
  readonly legCurves: readonly LegCurve[]
  /** Every set of weights that held, from the first on. */
  readonly weights: WeightRow[] = []
  private readonly spec: AccountSpec
  /** The legs in the order in which they decide: by their priority, then as they stand. */
  private readonly ranked: readonly Leg[]
  private readonly decideFrom: number[]
  private readonly marketOf: readonly number[]
  private readonly specs: readonly WeighedSpec[]
  readonly allocator: Allocator | null
  private readonly fillsAtClose: boolean
  private time = 0
  /** What the present candle finds: orders pending, positions held, legs with orders resting. */
  private isOrdered = false
  private isHolding = false
  private resting = 0
  private readonly isLimited: boolean
  private lastEquity: number

  constructor(spec: AccountSpec, markets: readonly EngineMarket[], wiring: EngineWiring = {}) {
    this.spec = spec
    this.account = new Account(spec.capital)
    this.lastEquity = spec.capital
    this.guard = new RiskGuard(spec.limits, spec.capital)
    this.trades = wiring.trades ?? new TradeLog()
    this.fillsAtClose = spec.fill === 'close'
    this.isLimited = spec.limits.maxExposure !== null
    this.decideFrom = markets.map(market => market.decideFrom)
    this.markets = markets.map(
      ({ candles, detail, first }) =>
        new MarketFeed(candles, detail && new DetailCandles(detail, candles), first),
    )
    const legs: Leg[] = []
    const specs: WeighedSpec[] = []
    const marketOf: number[] = []
    const { account, guard, trades } = this
    const { costs, fill, path } = spec
    const sink = wiring.sink ?? null
    const hasVenue = wiring.venueRun !== undefined
    const { orderLog = null } = wiring
    const parts = { account, guard, trades, costs, fill, path, sink, hasVenue, orderLog }
    this.desk = new Desk(parts, legs)
    markets.forEach((market, m) => {
      market.legs.forEach((given, k) => {
        const own: WeighedSpec = { ...given }
        const place = { market: this.markets[m]!, marketIndex: m, desk: this.desk }
        legs.push(new Leg(legs.length, own, place, market.columns[k]!))
        specs.push(own)
        marketOf.push(m)
      })
    })
    this.legs = legs
    this.specs = specs
    this.marketOf = marketOf
    this.ranked = [...legs].sort((a, b) => b.spec.priority - a.spec.priority || a.index - b.index)
    this.orders = new MarketOrders(this.desk, legs)
    this.curve = wiring.curve ?? new EquityCurve(new Float64Array(256))
    this.legCurves = wiring.followsLegs === true ? legs.map(leg => new LegCurve(leg)) : []
    this.venue =
      wiring.venueRun === undefined
        ? null
        : new VenueOrders(wiring.venueRun, this.desk, legs, this.orders)
    this.allocator = this.makeAllocator(markets)
  }

  /** Takes the candles that open at `time`, once they have closed. */
  step(time: Millis): void {
    this.time = time
    this.take()
  }

  /** Takes the candles that open next, at whichever market. @returns false where there are none left */
  advance(): boolean {
    const { markets } = this
    let next = Infinity
    for (let m = 0; m < markets.length; m++) {
      const { candles, at } = markets[m]!
      if (at + 1 < candles.length && candles.time[at + 1]! < next) next = candles.time[at + 1]!
    }
    if (next === Infinity) return false
    this.time = next
    this.take()
    return true
  }

  /** The step, at `this.time`: a field, because V8 boxes a number that is passed at every candle. */
  private take(): void {
    const { markets, legs } = this
    for (let m = 0; m < markets.length; m++) {
      const market = markets[m]!
      const next = market.at + 1
      market.isOpen = next < market.candles.length && market.candles.time[next]! === this.time
      if (market.isOpen) market.open()
    }
    if (this.allocator !== null && this.allocator.isDue(this.time)) this.reweigh(this.allocator)
    this.survey()
    if (this.venue === null) this.trade()
    this.close()
    if (this.venue !== null) this.protect(this.venue)
    let open = this.pushMark()
    const verdict = this.mark()
    if (verdict !== null) this.cancelOrders()
    for (let k = 0; k < legs.length; k++) this.decide(this.ranked[k]!)
    if (verdict !== null || this.isLimited || this.guard.isRuined) this.enforce(verdict)
    if (this.venue !== null) this.venue.dispatch()
    else if (this.fillsAtClose) open = this.fillAtClose()
    if (open > 0) this.curve.candlesInMarket += 1
    for (let k = 0; k < this.legCurves.length; k++) this.legCurves[k]!.push()
  }

  /** Steps 1 and 2, where the engine fills its orders itself: from the candle, at once. */
  private trade(): void {
    const fillsOrders = this.isOrdered && !this.fillsAtClose
    if (fillsOrders) this.orders.reduce()
    if (this.resting > 0) this.fillRests(true)
    if (fillsOrders) this.orders.enter()
    if (this.resting > 0) this.fillRests(false)
    if (this.isOrdered || this.isHolding || this.resting > 0) this.walk()
  }

  /** Where a venue fills them: levels that the candle has closed beyond. */
  private protect(venue: VenueOrders): void {
    for (const leg of this.legs) if (leg.market.isOpen) venue.protect(leg, leg.market.at)
  }

  /** Asks strategies of market `m` from the candle at index `i` on. */
  decidesFrom(m: number, i: number): void {
    this.decideFrom[m] = i
  }

  /** Whether strategies of market `m` have been asked, or are to be at its next candle. */
  isAsked(m: number): boolean {
    return this.decideFrom[m]! <= this.markets[m]!.at + 1
  }

  /** The candle at index `i` of market `m` has only warmed indicators. */
  warm(m: number, i: number): void {
    const market = this.markets[m]!
    market.at = i
    const { allocator } = this
    if (allocator?.watchesCloses === true) {
      allocator.takeClose(m, market.time, market.candles.close[i]!)
    }
  }

  /** Goes on from a snapshot whose last equity this was. */
  resume(equity: number): void {
    this.lastEquity = equity
  }

  /** Equity at the last mark. */
  get equity(): number {
    return this.curve.length === 0 ? this.lastEquity : this.curve.last()
  }

  /** What an operator orders: it enters as any input does. */
  command(command: Command): void {
    const { guard, legs } = this
    const meant =
      command.leg === undefined ? legs : legs.filter(({ index }) => index === command.leg)
    switch (command.name) {
      case 'pause':
        guard.isPaused = true
        break
      case 'resume':
        guard.isPaused = false
        break
      case 'reduce':
        for (const leg of meant) {
          leg.order.clear()
          leg.orderTrim(Math.abs(leg.position.quantity) * (1 - command.share))
        }
        break
      case 'flatten':
        for (const leg of meant) leg.orderOut('risk_limit')
        break
      case 'halt':
        guard.halt()
        for (const leg of legs) leg.orderOut('risk_limit')
        break
    }
    if (this.venue !== null) this.venue.dispatch()
  }

  /** Ends the run at the last close of each market: closes what is open, unless it is to stay marked. */
  finish(): void {
    const { curve, legs, spec } = this
    if (curve.length === 0) return
    let hasClosed = false
    for (const leg of legs) {
      if (leg.position.quantity === 0) continue
      if (spec.keepOpen && !leg.isOrderedOut()) continue
      leg.closeAtEnd()
      hasClosed = true
    }
    for (const leg of legs) leg.order.clear()
    if (hasClosed) curve.replaceLast(this.desk.equity())
    for (const legCurve of this.legCurves) legCurve.replaceLast()
    if (legs.length > 1) this.trades.putInOrder()
    this.assertConserved()
  }

  /** What the account has gained is what its trades have gained, and what is still open has cost. */
  private assertConserved(): void {
    const { account, trades, legs } = this
    if (legs.some(({ position }) => position.quantity !== 0)) return
    const gain = account.cash - account.capital
    const scale = account.capital + account.notional
    assert(Math.abs(gain - trades.profit()) <= 1e-9 * scale, 'money was created or lost')
  }

  private makeAllocator(markets: readonly EngineMarket[]): Allocator | null {
    const { allocation } = this.spec
    if (!allocation) return null
    const fixed = this.specs.map(({ weight }) => weight)
    const allocator = new Allocator(allocation, this.marketOf, fixed)
    if (allocator.watchesCloses) {
      markets.forEach(({ candles, first }, m) => {
        for (let i = 0; i < first; i++) {
          allocator.takeClose(m, candles.time[i]!, candles.close[i]!)
        }
      })
    }
    return allocator
  }

  /** A weight acts at the next fill of its leg; of itself it trades nothing. */
  private reweigh(allocator: Allocator): void {
    const weights = allocator.weigh(this.time, this.trades)
    weights.forEach((weight, k) => (this.specs[k]!.weight = weight))
    this.weights.push({ time: this.time, weights })
  }

  /** Part of step 1: market orders that triggered stops have become. */
  private fillRests(reduces: boolean): void {
    const { legs } = this
    if (legs.length === 1) return legs[0]!.resting.fillRests(reduces)
    for (const leg of this.byRank()) if (isBusy(leg)) leg.resting.fillRests(reduces)
  }

  /** Stands the legs at this candle, and looks what there is to be done before its close. */
  private survey(): void {
    const { legs } = this
    this.isOrdered = false
    this.isHolding = false
    this.resting = 0
    for (let k = 0; k < legs.length; k++) {
      const leg = legs[k]!
      if (!leg.market.isOpen) continue
      leg.cursor.i = leg.market.at
      if (leg.order.kind !== 'none') this.isOrdered = true
      if (leg.position.quantity !== 0) this.isHolding = true
      if (leg.book.length > 0) this.resting += 1
    }
  }

  /** The legs in the order in which their orders are met. */
  private byRank(): readonly Leg[] {
    return [...this.legs].sort((a, b) => b.resting.rank - a.resting.rank || a.index - b.index)
  }

  /** Step 2: the candle's path, leg by leg; where orders rest the higher priority goes first. */
  private walk(): void {
    const { legs, desk } = this
    const hasShort = desk.hasShort()
    if (hasShort) this.limitLosses()
    // Without orders the order of legs means nothing: protective exits take nothing from each other.
    const isRanked = legs.length > 1 && this.resting > 0
    const ordered = isRanked ? this.byRank() : legs
    for (let k = 0; k < ordered.length; k++) {
      const leg = ordered[k]!
      if (leg.market.isOpen && leg.isExposed()) leg.walk(leg.market.at)
      if (this.guard.ruinedAt === this.time) this.cancelOrders()
    }
    if (hasShort) this.settleRuin()
  }

  private cancelOrders(): void {
    for (const leg of this.legs) leg.resting.book.cancelResting()
  }

  /** Puts the price at which equity reaches 0 beside the stops of the shorts of each market. */
  private limitLosses(): void {
    const { legs, markets, account } = this
    for (const market of markets) {
      if (!market.isOpen) continue
      let own = 0
      let others = account.cash
      for (const { position, market: other } of legs) {
        if (other === market) own += position.quantity
        else if (position.quantity !== 0) {
          others += position.quantity * (other.isOpen ? other.lastClose : other.price)
        }
      }
      if (own >= 0) continue
      const level = others / -own
      for (const { market: of, protection } of legs) {
        if (of === market) protection.limitLoss(Math.max(0, level))
      }
    }
  }

  /** Takes those prices away again, and ends trading where one was met. */
  private settleRuin(): void {
    const { legs, guard } = this
    for (const { protection } of legs) protection.forgetLoss()
    if (guard.ruinedAt === this.time) this.ruin()
  }

  private ruin(): void {
    this.speaker().bookings.announceBreach('ruin', this.desk.equity(), 0)
    for (const leg of this.legs) leg.orderOut('ruin')
  }

  private close(): void {
    const { markets, allocator } = this
    for (let m = 0; m < markets.length; m++) {
      const market = markets[m]!
      market.close()
      if (allocator?.watchesCloses === true && market.isOpen) {
        allocator.takeClose(m, market.time, market.price)
      }
    }
  }

  /** Part of step 3: a point of the curve. @returns how many positions are open */
  private pushMark(): number {
    const { legs } = this
    let equity = this.account.cash
    let open = 0
    for (let k = 0; k < legs.length; k++) {
      const { position, market } = legs[k]!
      if (position.quantity === 0) continue
      equity += position.quantity * market.price
      open += 1
    }
    this.guard.equity = equity
    const { curve } = this
    if (curve.length === curve.values.length) curve.makeRoom()
    curve.values[curve.length++] = equity
    return open
  }

  /** Step 3: the last point of the curve against ruin and the account's limits. */
  private mark(): RiskVerdict {
    const { guard } = this
    if (guard.equity <= 0 && !guard.isRuined) {
      guard.ruinedAt = this.time
      this.ruin()
    }
    guard.until = this.time + this.markets[0]!.candles.timeframeMs
    return guard.mark()
  }

  private decide(leg: Leg): void {
    const { market, index } = leg
    if (!market.isOpen) return
    if (market.at >= this.decideFrom[this.marketOf[index]!]!) leg.decide(market.at)
    else leg.idle()
  }

  /** A breach holds for all legs; those whose market is closed leave at its next open. */
  private enforce(verdict: RiskVerdict): void {
    const { guard, desk } = this
    const equity = this.curve.last()
    if (guard.isRuined) {
      for (const leg of this.legs) leg.orderOut('ruin')
      return
    }
    if (verdict !== null) {
      for (const limit of verdict) {
        const value = limit === 'maxDrawdown' ? guard.drawdown(equity) : guard.dailyLoss(equity)
        this.speaker().bookings.announceBreach(limit, value, this.spec.limits[limit]!)
      }
      for (const leg of this.legs) leg.orderOut('risk_limit')
      return
    }
    if (this.spec.limits.maxExposure === null) return
    const gross = desk.gross()
    if (gross > 0 && guard.isOverexposed(equity, gross)) this.trim(equity, gross)
  }

  /** Sells every leg down by the same share, so that together they are within the limit. */
  private trim(equity: number, gross: number): void {
    const limit = this.spec.limits.maxExposure!
    const isLeaving = (leg: Leg): boolean => leg.position.quantity === 0 || leg.isOrderedOut()
    if (this.legs.every(isLeaving)) return
    this.speaker().bookings.announceBreach('maxExposure', gross / equity, limit)
    const share = (limit * equity) / gross
    for (const leg of this.legs) leg.orderTrim(Math.abs(leg.position.quantity) * share)
  }

  /** The leg that tells of what holds for all: the first that takes part at this time. */
  private speaker(): Leg {
    return this.legs.find(({ market }) => market.isOpen)!
  }

  /** Fills at the close what was decided at it, and marks again. @returns how many positions are open */
  private fillAtClose(): number {
    for (const leg of this.legs) leg.exitsBefore = leg.counts.exits
    this.orders.reduce()
    this.orders.enter()
    // The close at which it was left is the first of the cooldown.
    for (const leg of this.legs) if (leg.counts.exits !== leg.exitsBefore) leg.idle()
    this.curve.replaceLast(this.desk.equity())
    this.guard.equity = this.curve.last()
    this.enforce(this.mark())
    return this.desk.openPositions()
  }
}

/** Whether a leg has orders resting that the present candle may meet. */
function isBusy({ market, resting }: Leg): boolean {
  return market.isOpen && resting.hasOrders()
}
