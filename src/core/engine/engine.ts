import { assert } from '../assert.js'
import { Account, type SavedAccount } from '../account/account.js'
import type { Candles } from '../candles/candles.js'
import type { Costs } from '../account/costs.js'
import type { Desk, FillMode, LegSpec } from '../trading/desk.js'
import type { DetailCandles } from '../candles/detail.js'
import type { DrawdownMeter } from '../metrics/drawdown.js'
import { EquityCurve, type SavedCurve } from './equity-curve.js'
import type { EventSink } from '../account/events.js'
import type { Kernel } from '../fast/kernel.js'
import { KernelRun } from '../fast/kernel-run.js'
import { Leg, type SavedLeg } from '../trading/leg.js'
import type { PricePath } from '../trading/protection.js'
import { RiskGuard, type RiskVerdict, type SavedGuard } from '../risk/guard.js'
import type { RiskLimits } from '../risk/settings.js'
import { Scratch } from '../fast/scratch.js'
import { runAlone } from '../fast/solo-run.js'
import type { TradeLog } from '../account/trade.js'
import { Words } from '../fast/words.js'

/** Everything that decides what a run computes, apart from the candles. */
export interface RunSpec {
  readonly legs: readonly LegSpec[]
  /** Quote currency at the start. */
  readonly capital: number
  readonly costs: Costs
  readonly fill: FillMode
  readonly path: PricePath
  readonly limits: RiskLimits
  /** Leave an open position marked at the end instead of closing it. */
  readonly keepOpen: boolean
}

/** Indicator columns of one leg, by the name its strategy gave them. */
export type LegColumns = Readonly<Record<string, Float64Array>>

/** The parts of a run that belong to a place, not to the result. */
export interface EngineWiring {
  readonly detail?: DetailCandles | null
  readonly sink?: EventSink | null
  /** Memory to borrow; without it the engine has its own. */
  readonly scratch?: Scratch | null
  /** Machine code for the loop, where `fitsKernel` says that it can do the run. It has these candles already. */
  readonly kernel?: Kernel | null
}

/**
 * The trading engine: one call of `step` per closed candle, in the order of the execution model:
 * pending orders, protective exits, mark, decide. A backtest calls it in a loop over history;
 * paper and live call it once per candle as it closes.
 */
export class Engine implements Desk {
  readonly candles: Candles
  readonly account: Account
  readonly guard: RiskGuard
  readonly trades: TradeLog
  readonly costs: Costs
  readonly fill: FillMode
  readonly path: PricePath
  readonly detail: DetailCandles | null
  readonly sink: EventSink | null
  readonly legs: readonly Leg[]
  readonly curve: EquityCurve
  private readonly limits: RiskLimits
  private readonly hasLimits: boolean
  private readonly fillsAtClose: boolean
  private readonly isAlone: boolean
  /** Where a kernel does the loop. */
  private readonly kernelRun: KernelRun | null
  /** Where it does not, and it is known where the strategy speaks. */
  private readonly words: Words | null

  constructor(
    spec: RunSpec,
    candles: Candles,
    columns: readonly LegColumns[],
    wiring: EngineWiring = {},
    capacity = candles.length,
  ) {
    this.candles = candles
    this.account = new Account(spec.capital)
    this.guard = new RiskGuard(spec.limits, spec.capital)
    this.limits = spec.limits
    this.costs = spec.costs
    this.fill = spec.fill
    this.path = spec.path
    this.detail = wiring.detail ?? null
    this.sink = wiring.sink ?? null
    this.hasLimits = this.guard.hasLimits
    this.fillsAtClose = spec.fill === 'close'
    this.isAlone = spec.legs.length === 1
    const scratch = wiring.scratch ?? new Scratch()
    this.trades = scratch.trades
    const legs: Leg[] = []
    // Not by `map`: V8 makes an array of another kind of it once it is optimised, and all that reads it is compiled anew.
    for (const leg of spec.legs) legs.push(new Leg(legs.length, leg, this, columns[legs.length]!))
    this.legs = legs
    const kernel = wiring.kernel ?? null
    const [leg] = this.legs
    const cross = this.isAlone && !this.isWatched() ? leg!.crossed(columns[0]!) : null
    this.curve = new EquityCurve(
      kernel?.equity.subarray(candles.length - capacity) ?? scratch.equity(Math.max(1, capacity)),
    )
    this.kernelRun = kernel && new KernelRun(kernel, this, this.curve, leg!, cross!)
    this.words = kernel === null && cross !== null ? new Words(cross, leg!.position, scratch) : null
  }

  /** Takes the candle at index `i`, which has just closed. `decides` says whether strategies are asked. */
  step(i: number, decides: boolean): void {
    const { legs } = this
    if (this.hasLimits) this.guard.enterDay(this.candles.time[i]!, this.lastEquity())
    for (let k = 0; k < legs.length; k++) legs[k]!.fillAtOpen(i)
    for (let k = 0; k < legs.length; k++) legs[k]!.protect(i)
    this.mark(i)
    const verdict = this.hasLimits ? this.guard.mark(this.lastEquity()) : null
    for (let k = 0; k < legs.length; k++) {
      if (decides) legs[k]!.decide(i)
      else legs[k]!.idle()
    }
    if (this.hasLimits) this.enforce(verdict, this.candles.close[i]!)
    if (this.fillsAtClose) this.fillAndRemark(i)
  }

  /** Takes the candles from `first` to before `end`, strategies being asked from `decideFrom` on. */
  run(first: number, end: number, decideFrom: number): void {
    const start = Math.max(first, Math.min(decideFrom, end))
    this.curve.pushFlat(this.account, start - first)
    if (!this.isAlone || this.hasLimits || this.fillsAtClose) {
      for (let i = start; i < end; i++) this.step(i, true)
    } else {
      const { kernelRun, words } = this
      runAlone(this.legs[0]!, this, { start, end, kernelRun, words })
    }
  }

  /** Measures the drawdown of all points but the last, which may yet change when what is open is closed. */
  follow(drawdown: DrawdownMeter): void {
    if (this.kernelRun !== null) this.kernelRun.measure(drawdown)
    else drawdown.take(this.curve.values, this.curve.length - 1)
  }

  /** Ends the run at the last candle: closes what is open, unless it is to stay marked. */
  finish(keepOpen: boolean): void {
    const { curve } = this
    if (keepOpen || curve.length === 0) return
    const close = this.candles.close[this.candles.length - 1]!
    for (const leg of this.legs) leg.closeAtEnd(close)
    curve.replaceLast(this.worth(close))
    this.assertConserved()
  }

  /** What the account has gained is what its trades have gained, nothing else. */
  private assertConserved(): void {
    const gain = this.account.cash - this.account.capital
    const scale = this.account.capital + this.account.notional
    assert(Math.abs(gain - this.trades.profit()) <= 1e-9 * scale, 'money was created or lost')
  }

  othersValue(index: number, price: number): number {
    if (this.isAlone) return 0
    let value = 0
    for (const leg of this.legs) if (leg.index !== index) value += leg.position.quantity * price
    return value
  }

  othersExposed(index: number, price: number): number {
    if (this.isAlone && index === 0) return 0
    let value = 0
    for (const leg of this.legs) {
      if (leg.index !== index) value += Math.abs(leg.position.quantity * price)
    }
    return value
  }

  openPositions(): number {
    const { legs } = this
    let count = 0
    for (let k = 0; k < legs.length; k++) if (legs[k]!.position.quantity !== 0) count += 1
    return count
  }

  save(): SavedEngine {
    return {
      account: this.account.save(),
      guard: this.guard.save(),
      legs: this.legs.map(leg => leg.save()),
      trades: this.trades.save(),
      ...this.curve.save(),
    }
  }

  /** Goes on from what `save` gave, the candle at `lastIndex` being the last one taken. */
  restore(saved: SavedEngine, lastIndex: number): void {
    this.account.restore(saved.account)
    this.guard.restore(saved.guard)
    this.legs.forEach((leg, k) => leg.restore(saved.legs[k]!, lastIndex))
    this.trades.restore(saved.trades)
    this.curve.restore(saved)
  }

  /** Whether somebody looks at more than a run's outcome, or into its candles. */
  private isWatched(): boolean {
    return this.path !== 'pessimistic' || this.sink !== null || this.detail !== null
  }

  private mark(i: number): void {
    this.curve.push(this.worth(this.candles.close[i]!))
    if (!this.fillsAtClose && this.openPositions() > 0) this.curve.candlesInMarket += 1
  }

  private worth(price: number): number {
    const { legs } = this
    let equity = this.account.cash
    for (let k = 0; k < legs.length; k++) equity += legs[k]!.position.quantity * price
    return equity
  }

  private lastEquity(): number {
    return this.curve.length === 0 ? this.account.capital : this.curve.last()
  }

  private fillAndRemark(i: number): void {
    const close = this.candles.close[i]!
    for (const leg of this.legs) leg.fillAtClose(i)
    this.curve.replaceLast(this.worth(close))
    if (this.openPositions() > 0) this.curve.candlesInMarket += 1
  }

  private enforce(verdict: RiskVerdict, close: number): void {
    const equity = this.lastEquity()
    if (verdict !== null) {
      const value =
        verdict === 'maxDrawdown' ? this.guard.drawdown(equity) : this.guard.dailyLoss(equity)
      this.legs[0]!.book.announceBreach(verdict, value, this.limits[verdict]!)
      for (const leg of this.legs) leg.orderRiskExit()
      return
    }
    const exposed = this.othersExposed(-1, close)
    if (exposed > 0 && this.guard.isOverexposed(equity, exposed)) this.trim(equity, exposed, close)
  }

  /** Sells every leg down by the same share, so that together they are within the limit. */
  private trim(equity: number, exposed: number, close: number): void {
    const limit = this.limits.maxExposure!
    this.legs[0]!.book.announceBreach('maxExposure', exposed / equity, limit)
    for (const leg of this.legs) {
      const share = (leg.position.quantity * close) / exposed
      leg.orderTrim((share * limit) / leg.spec.weight)
    }
  }
}

/** An engine between two candles, as plain JSON. */
export interface SavedEngine extends SavedCurve {
  readonly account: SavedAccount
  readonly guard: SavedGuard
  readonly legs: readonly SavedLeg[]
  readonly trades: readonly number[]
}
