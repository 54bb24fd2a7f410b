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
}

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
  private lastEquity: number

  constructor(spec: AccountSpec, markets: readonly EngineMarket[], wiring: EngineWiring = {}) {
    this.spec = spec
    this.account = new Account(spec.capital)
    this.lastEquity = spec.capital
    this.guard = new RiskGuard(spec.limits, spec.capital)
    this.trades = wiring.trades ?? new TradeLog()
    this.fillsAtClose = spec.fill === 'close'
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
    const { orderLog = null } = wiring
    this.desk = new Desk({ account, guard, trades, costs, fill, path, sink, orderLog }, legs)
    markets.forEach((market, m) => {
      market.legs.forEach((given, k) => {
        const own: WeighedSpec = { ...given }
        const place = { market: this.markets[m]!, desk: this.desk }
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
    this.allocator = this.makeAllocator(markets)
  }

  /** Takes the candles that open at `time`, once they have closed. */
  step(time: Millis): void {
    const { markets, legs } = this
    this.time = time
    for (let m = 0; m < markets.length; m++) markets[m]!.moveTo(time)
    for (let k = 0; k < legs.length; k++) {
      const leg = legs[k]!
      if (leg.market.isOpen) leg.cursor.i = leg.market.at
    }
    if (this.allocator?.isDue(time) === true) this.reweigh(this.allocator)
    this.fillRests(true)
    if (!this.fillsAtClose) this.orders.fill()
    this.fillRests(false)
    this.walk()
    this.close()
    this.curve.push(this.desk.equity())
    const verdict = this.mark()
    for (let k = 0; k < legs.length; k++) this.decide(this.ranked[k]!)
    this.enforce(verdict)
    if (this.fillsAtClose) this.fillAtClose()
    if (this.desk.openPositions() > 0) this.curve.candlesInMarket += 1
    for (const legCurve of this.legCurves) legCurve.push()
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
    if (legs.length > 1) this.trades.sort()
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
    const { ranked } = this
    for (let k = 0; k < ranked.length; k++) {
      const leg = ranked[k]!
      if (leg.market.isOpen && leg.resting.hasOrders()) leg.resting.fillRests(reduces)
    }
  }

  /** Step 2: the candle's path, leg by leg; among legs with resting orders the higher priority goes first. */
  private walk(): void {
    const { legs, desk } = this
    const hasShort = desk.hasShort()
    if (hasShort) this.limitLosses()
    if (legs.length > 1 && this.walkByPriority()) {
      // Done in another order.
    } else {
      for (let k = 0; k < legs.length; k++) {
        const leg = legs[k]!
        if (leg.market.isOpen && leg.isExposed()) leg.walk(leg.market.at)
      }
    }
    if (hasShort) this.settleRuin()
  }

  /** @returns false where no two legs have orders resting, so that the canonical order is right */
  private walkByPriority(): boolean {
    const busy = this.legs.filter(leg => leg.market.isOpen && leg.resting.hasOrders())
    if (busy.length < 2) return false
    const all = this.legs.filter(leg => leg.market.isOpen && leg.isExposed())
    all.sort((a, b) => b.resting.priority - a.resting.priority || a.index - b.index)
    for (const leg of all) leg.walk(leg.market.at)
    return true
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
        else others += position.quantity * other.lastClose
      }
      if (own >= 0) continue
      const level = others / -own
      for (const { position, market: of, protection } of legs) {
        if (of === market && position.quantity < 0) protection.limitLoss(Math.max(0, level))
      }
    }
  }

  /** Takes those prices away again, and ends trading where one was met. */
  private settleRuin(): void {
    const { legs, guard } = this
    for (const { position, protection } of legs) if (position.quantity !== 0) protection.settle()
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

  /** The end of the candles that opened at this time. */
  private until(): Millis {
    return this.time + this.markets[0]!.candles.timeframeMs
  }

  /** Step 3: the last point of the curve against ruin and the account's limits. */
  private mark(): RiskVerdict {
    const equity = this.curve.last()
    const { guard } = this
    if (!guard.isRuined && equity <= 0) {
      guard.ruinedAt = this.time
      this.ruin()
    }
    return guard.mark(equity, this.until())
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
      const value = verdict === 'maxDrawdown' ? guard.drawdown(equity) : guard.dailyLoss(equity)
      this.speaker().bookings.announceBreach(verdict, value, this.spec.limits[verdict]!)
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
    this.speaker().bookings.announceBreach('maxExposure', gross / equity, limit)
    const share = (limit * equity) / gross
    for (const leg of this.legs) leg.orderTrim(Math.abs(leg.position.quantity) * share)
  }

  /** The leg that tells of what holds for all: the first that takes part at this time. */
  private speaker(): Leg {
    return this.legs.find(({ market }) => market.isOpen)!
  }

  /** Fills at the close what was decided at it, and marks again. */
  private fillAtClose(): void {
    for (const leg of this.legs) leg.exitsBefore = leg.counts.exits
    this.orders.fill()
    // The close at which it was left is the first of the cooldown.
    for (const leg of this.legs) if (leg.counts.exits !== leg.exitsBefore) leg.idle()
    this.curve.replaceLast(this.desk.equity())
    this.enforce(this.mark())
  }
}
