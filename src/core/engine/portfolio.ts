import { Account } from '../account/account.js'
import { assert } from '../assert.js'
import type { Candles } from '../candles/candles.js'
import type { LegSpec } from '../trading/desk.js'
import { DetailCandles } from '../candles/detail.js'
import type { LegColumns, RunSpec } from './engine.js'
import { EquityCurve } from './equity-curve.js'
import type { EventSink } from '../account/events.js'
import { Leg } from '../trading/leg.js'
import type { Allocation } from './allocation.js'
import { Allocator, type WeightRow } from './allocator.js'
import { mergeTimes } from './clock.js'
import { MarketDesk, type Place } from './portfolio-desk.js'
import { LegLedger } from './portfolio-ledger.js'
import { RiskGuard, type RiskVerdict } from '../risk/guard.js'
import type { RiskLimits } from '../risk/settings.js'
import type { Millis } from '../candles/time.js'
import { TradeLog } from '../account/trade.js'

/** A market and the strategies that trade on it. `weight` of a leg counts where weights are fixed. */
export interface PortfolioMarket {
  readonly candles: Candles
  readonly detail: Candles | null
  /** Index of the first candle of the run; those before have warmed the indicators. */
  readonly first: number
  /** Index of the first candle at which the strategies of this market are asked. */
  readonly decideFrom: number
  readonly legs: readonly LegSpec[]
  readonly columns: readonly LegColumns[]
}

/** What holds for the account as a whole. */
export interface PortfolioSpec extends Omit<RunSpec, 'legs'> {
  readonly allocation: Allocation
}

/** A spec of its own for each leg, so that its weight can change. */
type WeighedSpec = { -readonly [K in keyof LegSpec]: LegSpec[K] }

/** A leg, its market, its weight and its books. */
export interface PortfolioLeg extends Place {
  readonly spec: WeighedSpec
  readonly ledger: LegLedger
  readonly decideFrom: number
  /** Share of the equity that a trim, ordered and not yet filled, leaves; 0 for none. */
  trim: number
}

/**
 * Several markets and strategies on one account and one clock: the step of the engine, in the same
 * order, over the legs whose market has a candle that opens at this time. Markets and legs come in
 * canonical order, which is the order of everything that happens at one time.
 */
export class Portfolio {
  /** Every time at which a candle opens in any market. */
  readonly time: Float64Array
  readonly account: Account
  readonly guard: RiskGuard
  readonly trades = new TradeLog()
  readonly markets: readonly MarketDesk[]
  readonly legs: readonly PortfolioLeg[]
  readonly curve: EquityCurve
  /** Every set of weights that held, from the first on. */
  readonly weights: WeightRow[] = []
  private readonly spec: PortfolioSpec
  private readonly limits: RiskLimits
  private readonly hasLimits: boolean
  private readonly fillsAtClose: boolean
  private readonly allocator: Allocator

  constructor(spec: PortfolioSpec, markets: readonly PortfolioMarket[], sink?: EventSink) {
    this.spec = spec
    this.time = mergeTimes(markets)
    this.account = new Account(spec.capital)
    this.guard = new RiskGuard(spec.limits, spec.capital)
    this.limits = spec.limits
    this.hasLimits = this.guard.hasLimits
    this.fillsAtClose = spec.fill === 'close'
    this.curve = new EquityCurve(new Float64Array(Math.max(1, this.time.length)))
    const { account, guard, trades } = this
    const places: PortfolioLeg[] = []
    const shared = { ...spec, account, guard, trades, sink: sink ?? null, places }
    const marketOf: number[] = []
    this.markets = markets.map(({ candles, detail, first, ...market }, m) => {
      const finer = detail && new DetailCandles(detail, candles)
      const desk = new MarketDesk(candles, finer, first, shared)
      market.legs.forEach((given, k) => {
        const own: WeighedSpec = { ...given }
        const leg = new Leg(places.length, own, desk, market.columns[k]!)
        const ledger = new LegLedger(account, this.time.length)
        places.push({
          leg,
          market: desk,
          spec: own,
          ledger,
          decideFrom: market.decideFrom,
          trim: 0,
        })
        marketOf.push(m)
      })
      return desk
    })
    this.legs = places
    const fixed = places.map(({ spec: { weight } }) => weight)
    this.allocator = new Allocator(spec.allocation, marketOf, fixed)
    this.takeHistory(markets)
  }

  /** Takes every time, and ends the run. */
  run(): void {
    for (let k = 0; k < this.time.length; k++) this.step(k)
    this.finish()
  }

  /** Takes the candles that open at the time with index `k`, once they have closed. */
  step(k: number): void {
    const { markets, legs } = this
    const time = this.time[k]!
    for (let m = 0; m < markets.length; m++) markets[m]!.moveTo(time)
    if (this.allocator.isDue(time)) this.reweigh(time)
    if (this.hasLimits) this.guard.enterDay(time, this.lastEquity())
    for (let n = 0; n < legs.length; n++) this.fillAtOpen(legs[n]!)
    for (let n = 0; n < legs.length; n++) this.protect(legs[n]!)
    for (let m = 0; m < markets.length; m++) this.takeClose(m)
    this.mark()
    const verdict = this.hasLimits ? this.guard.mark(this.lastEquity()) : null
    for (let n = 0; n < legs.length; n++) this.decide(legs[n]!)
    if (this.hasLimits) this.enforce(verdict)
    if (this.fillsAtClose) this.fillAndRemark()
    for (let n = 0; n < legs.length; n++) this.book(legs[n]!, k)
  }

  /** Ends the run: closes what is open at the last close of its market, unless it is to stay marked. */
  finish(): void {
    if (this.spec.keepOpen || this.curve.length === 0) return
    for (const entry of this.legs) {
      entry.ledger.open()
      entry.leg.closeAtEnd(entry.market.price)
      entry.ledger.close()
      entry.ledger.gains[this.curve.length - 1] = entry.ledger.cash
    }
    this.curve.replaceLast(this.worth())
    const gain = this.account.cash - this.account.capital
    const scale = this.account.capital + this.account.notional
    assert(Math.abs(gain - this.trades.profit()) <= 1e-9 * scale, 'money was created or lost')
  }

  /** Candles before the run tell how much each market moves. */
  private takeHistory(markets: readonly PortfolioMarket[]): void {
    if (!this.allocator.watchesCloses) return
    markets.forEach(({ candles, first }, m) => {
      for (let i = 0; i < first; i++) {
        this.allocator.takeClose(m, candles.time[i]!, candles.close[i]!)
      }
    })
  }

  /** A weight acts at the next fill of its leg; of itself it trades nothing. */
  private reweigh(time: Millis): void {
    const weights = this.allocator.weigh(time, this.trades)
    this.legs.forEach((entry, n) => {
      entry.spec.weight = weights[n]!
      if (entry.trim !== 0) this.orderTrim(entry)
    })
    this.weights.push({ time, weights })
  }

  private fillAtOpen(entry: PortfolioLeg): void {
    const { leg, market, ledger } = entry
    if (!market.isOpen) return
    entry.trim = 0
    if (!leg.hasOrder()) return leg.fillAtOpen(market.at)
    ledger.open()
    leg.fillAtOpen(market.at)
    ledger.close()
  }

  private protect({ leg, market, ledger }: PortfolioLeg): void {
    if (!market.isOpen || leg.position.quantity === 0) return
    ledger.open()
    leg.protect(market.at)
    ledger.close()
  }

  private takeClose(m: number): void {
    const market = this.markets[m]!
    market.close()
    if (market.isOpen && this.allocator.watchesCloses) {
      this.allocator.takeClose(m, market.candles.time[market.at]!, market.price)
    }
  }

  private mark(): void {
    this.curve.push(this.worth())
    if (!this.fillsAtClose) this.countMarket()
  }

  private countMarket(): void {
    if (this.markets[0]!.openPositions() > 0) this.curve.candlesInMarket += 1
    for (const { leg, ledger } of this.legs) {
      if (leg.position.quantity !== 0) ledger.candlesInMarket += 1
    }
  }

  private worth(): number {
    const { legs } = this
    let equity = this.account.cash
    for (let n = 0; n < legs.length; n++) {
      equity += legs[n]!.leg.position.quantity * legs[n]!.market.price
    }
    return equity
  }

  private lastEquity(): number {
    return this.curve.length === 0 ? this.account.capital : this.curve.last()
  }

  private decide({ leg, market, decideFrom }: PortfolioLeg): void {
    if (!market.isOpen) return
    if (market.at >= decideFrom) leg.decide(market.at)
    else leg.idle()
  }

  /** A breach holds for all legs; those whose market is closed leave at its next open. */
  private enforce(verdict: RiskVerdict): void {
    const equity = this.lastEquity()
    if (verdict !== null) {
      const value =
        verdict === 'maxDrawdown' ? this.guard.drawdown(equity) : this.guard.dailyLoss(equity)
      this.speaker().book.announceBreach(verdict, value, this.limits[verdict]!)
      for (const { leg } of this.legs) leg.orderRiskExit()
      return
    }
    let exposed = 0
    for (const { leg, market } of this.legs) {
      exposed += Math.abs(leg.position.quantity * market.price)
    }
    if (exposed > 0 && this.guard.isOverexposed(equity, exposed)) this.trim(equity, exposed)
  }

  /** Sells every leg down by the same share, so that together they are within the limit. */
  private trim(equity: number, exposed: number): void {
    const limit = this.limits.maxExposure!
    this.speaker().book.announceBreach('maxExposure', exposed / equity, limit)
    for (const entry of this.legs) {
      const share = (entry.leg.position.quantity * entry.market.price) / exposed
      entry.trim = share * limit
      if (entry.trim !== 0) this.orderTrim(entry)
    }
  }

  /** A leg whose weight has become 0 is to hold nothing, so that it is sold whole. */
  private orderTrim({ leg, spec, trim }: PortfolioLeg): void {
    if (spec.weight > 0) leg.orderTrim(trim / spec.weight)
    else leg.orderRiskExit()
  }

  /** The leg that tells of what holds for all: the first that takes part at this time. */
  private speaker(): Leg {
    return this.legs.find(({ market }) => market.isOpen)!.leg
  }

  private fillAndRemark(): void {
    for (const entry of this.legs) {
      const { leg, market, ledger } = entry
      if (!market.isOpen) continue
      entry.trim = 0
      ledger.open()
      leg.fillAtClose(market.at)
      ledger.close()
    }
    this.curve.replaceLast(this.worth())
    this.countMarket()
  }

  private book({ leg, market, ledger }: PortfolioLeg, k: number): void {
    ledger.gains[k] = ledger.cash + leg.position.quantity * market.price
  }
}
