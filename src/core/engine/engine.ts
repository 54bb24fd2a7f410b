import { Account } from '../account/account.js'
import { TradeLog } from '../account/trade-log.js'
import { DetailCandles } from '../candles/detail.js'
import type { Millis } from '../candles/time.js'
import { RiskGuard } from '../risk/guard.js'
import { Desk, type LegSpec } from '../trading/desk.js'
import { Leg } from '../trading/leg.js'
import { MarketFeed } from '../trading/fills/market-feed.js'
import { MarketOrders } from '../trading/market-orders.js'
import { VenueOrders } from '../trading/venue-orders.js'
import { allocatorOf, type Allocator, type WeightRow } from './allocation/allocator.js'
import { AccountLimits } from './account-limits.js'
import { CandleFills } from './candle-fills.js'
import { EquityCurve } from './curves/equity-curve.js'
import { LegCurve } from './curves/leg-curve.js'
import { obey, type Command } from './command.js'
import { forgetEntry } from './live/missed-candle.js'
import { assertConserved, closeAtEnd } from './run-end.js'
import type { AccountSpec, EngineMarket, EngineWiring } from './spec.js'

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
  readonly limits: AccountLimits
  private readonly fills: CandleFills
  private readonly decideFrom: number[]
  private readonly marketOf: readonly number[]
  private readonly specs: readonly WeighedSpec[]
  readonly allocator: Allocator | null
  private readonly fillsAtClose: boolean
  /** Open time of the candles that it took last; -Infinity before the first. */
  time = -Infinity
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
    this.limits = new AccountLimits(spec.limits, this.desk, this)
    this.specs = specs
    this.marketOf = marketOf
    this.ranked = [...legs].sort((a, b) => b.spec.priority - a.spec.priority || a.index - b.index)
    this.orders = new MarketOrders(this.desk, legs)
    this.fills = new CandleFills(this.desk, legs, this.orders, this.limits)
    this.curve = wiring.curve ?? new EquityCurve(new Float64Array(256))
    this.legCurves = wiring.followsLegs === true ? legs.map(leg => new LegCurve(leg)) : []
    this.venue =
      wiring.venueRun === undefined
        ? null
        : new VenueOrders(wiring.venueRun, this.desk, legs, this.orders)
    this.allocator = allocatorOf(spec, markets, {
      fixed: specs.map(({ weight }) => weight),
      marketOf,
    })
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
    this.guard.time = this.time
    this.guard.until = this.time + markets[0]!.candles.timeframeMs
    this.fills.survey()
    if (this.venue === null) this.fills.fill()
    this.close()
    if (this.venue !== null) this.protect(this.venue)
    let open = this.pushMark()
    const verdict = this.limits.mark()
    for (let k = 0; k < legs.length; k++) this.decide(this.ranked[k]!)
    if (verdict !== null || this.isLimited || this.guard.isRuined) this.limits.enforce(verdict)
    if (this.venue !== null) this.venue.dispatch()
    else if (this.fillsAtClose) open = this.fillAtClose()
    if (open > 0) this.curve.candlesInMarket += 1
    for (let k = 0; k < this.legCurves.length; k++) this.legCurves[k]!.push()
  }

  /** Where a venue fills them: levels that the candle has closed beyond. */
  private protect(venue: VenueOrders): void {
    for (const leg of this.legs) if (leg.market.isOpen) venue.protect(leg, leg.market.at)
  }

  /** Asks strategies of market `m` from the candle at index `i` on. */
  decidesFrom(m: number, i: number): void {
    this.decideFrom[m] = i
  }

  /** Index of the first candle of market `m` at which strategies are asked; Infinity while that is not known. */
  askedFrom(m: number): number {
    return this.decideFrom[m]!
  }

  /** Whether strategies of market `m` have been asked, or are to be at its next candle. */
  isAsked(m: number): boolean {
    return this.decideFrom[m]! <= this.markets[m]!.at + 1
  }

  /** The candle at index `i` of market `m` has only warmed indicators. */
  warm(m: number, i: number): void {
    const market = this.markets[m]!
    market.first = i + 1
    this.passOver(m, i)
  }

  /** The candle at index `i` of market `m` came after the account had gone on: what is held is worth its close, and what was to be entered is old. */
  catchUp(m: number, i: number): void {
    const market = this.markets[m]!
    this.passOver(m, i)
    market.price = market.candles.close[i]!
    for (const leg of this.legs) {
      if (leg.market !== market) continue
      forgetEntry(leg)
      this.venue?.protectLate(leg, i)
    }
  }

  private passOver(m: number, i: number): void {
    const { allocator } = this
    const market = this.markets[m]!
    market.at = i
    if (allocator?.watchesCloses === true) {
      allocator.takeClose(m, market.time, market.candles.close[i]!)
    }
  }

  /** Goes on from a snapshot whose last equity this was, and whose last candles opened then. */
  resume(equity: number, time: Millis): void {
    this.lastEquity = equity
    this.time = time
  }

  /** Equity at the last mark. */
  get equity(): number {
    return this.curve.length === 0 ? this.lastEquity : this.curve.last()
  }

  /** What an operator orders: it enters as any input does. */
  command(command: Command): void {
    obey(command, this)
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
      closeAtEnd(leg)
      hasClosed = true
    }
    for (const leg of legs) leg.order.clear()
    if (hasClosed) curve.replaceLast(this.desk.equity())
    for (const legCurve of this.legCurves) legCurve.replaceLast()
    if (legs.length > 1) this.trades.putInOrder()
    assertConserved(this)
  }

  /** A weight acts at the next fill of its leg; of itself it trades nothing. */
  private reweigh(allocator: Allocator): void {
    this.useWeights({ time: this.time, weights: allocator.weigh(this.time, this.trades) })
  }

  /** Weights hold from their time on. */
  useWeights(row: WeightRow): void {
    row.weights.forEach((weight, k) => (this.specs[k]!.weight = weight))
    this.weights.push(row)
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

  private decide(leg: Leg): void {
    const { market, index } = leg
    if (!market.isOpen) return
    if (market.at >= this.decideFrom[this.marketOf[index]!]!) leg.decide(market.at)
    else leg.idle()
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
    this.limits.enforce(this.limits.mark())
    return this.desk.openPositions()
  }
}
