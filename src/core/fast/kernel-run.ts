import type { Account } from '../account/account.js'
import { assert } from '../assert.js'
import type { Costs } from '../account/costs.js'
import type { Desk, FillMode, LegSpec } from '../trading/desk.js'
import type { DrawdownMeter } from '../metrics/drawdown.js'
import type { EquityCurve } from '../engine/equity-curve.js'
import type { Kernel } from './kernel.js'
import * as at from './kernel-registers.js'
import type { Leg } from '../trading/leg.js'
import { lotOf } from '../account/market.js'
import type { PendingOrder } from '../trading/order.js'
import type { PricePath } from '../trading/protection.js'
import { hasLimits, type RiskLimits } from '../risk/settings.js'

/** What decides whether a kernel can do a run. */
interface KernelTerms {
  readonly legs: readonly LegSpec[]
  readonly costs: Costs
  readonly fill: FillMode
  readonly path: PricePath
  readonly limits: RiskLimits
}

/**
 * Whether a kernel does all that can become of the orders, apart from scaling: market orders of one leg
 * that says where it speaks, at the next open of a market that is long only, at prices that do not hang on
 * size, and nobody looks at more than a run's outcome, or into its candles.
 */
export function fitsKernel(
  { legs, costs, fill, path, limits }: KernelTerms,
  { sink, detail }: { readonly sink?: unknown; readonly detail?: unknown },
): boolean {
  if ((sink ?? null) !== null || (detail ?? null) !== null) return false
  if (legs.length !== 1 || hasLimits(limits)) return false
  const { strategy, market } = legs[0]!
  if (strategy.actsOnCross === undefined || market.shortable) return false
  return fill === 'next_open' && path === 'pessimistic' && costs.impact === null
}

/** A leg whose numbers stand in the registers of a kernel, and what goes to and fro between the two. */
export class KernelRun {
  private readonly kernel: Kernel
  private readonly desk: Desk
  private readonly curve: EquityCurve
  private readonly leg: Leg
  /** Index of the candle that the curve begins with. */
  private readonly first: number
  private readonly ask = (i: number): void => this.askAt(i)

  /** `curve` has its room in the kernel; `cross` are the columns at whose crosses the leg speaks. */
  constructor(
    kernel: Kernel,
    desk: Desk,
    curve: EquityCurve,
    leg: Leg,
    cross: readonly [Float64Array, Float64Array],
  ) {
    this.kernel = kernel
    this.desk = desk
    this.curve = curve
    this.leg = leg
    this.first = desk.candles.length - curve.values.length
    kernel.cross(cross[0], cross[1])
    this.settle()
  }

  /** Whether the kernel can fill the leg's pending order: an exit of all, or an entry from nothing. */
  canFill(): boolean {
    const { order, position } = this.leg
    if (order.kind === 'none') return true
    return order.kind === 'exit' ? position.quantity > 0 : position.quantity === 0
  }

  /**
   * Takes the candles from `first` on, and brings the leg and its account up to where it stopped.
   * @returns `end`, or the index of the candle before which it stopped: go on from there, by the core
   * where the kernel can not fill the order
   */
  go(first: number, end: number): number {
    const { curve, kernel } = this
    const i = kernel.go(first, end, this.ask)
    curve.length = i - this.first
    this.read(i)
    return i
  }

  /** Measures the drawdown of all points but the last, which may yet change. */
  measure(drawdown: DrawdownMeter): void {
    const { registers } = this.kernel
    drawdown.store(registers)
    this.kernel.measure(this.first, this.curve.length - 1)
    drawdown.load(registers)
  }

  /** Hands the leg and its account over to the kernel, before the candle at index `i`. */
  write(i: number): void {
    const { registers } = this.kernel
    const { account } = this.desk
    const { position, broker, order } = this.leg
    writeAccount(registers, account)
    registers[at.LEAST_CASH] = account.cash
    registers[at.TARGET] = broker.target
    registers[at.COOLED_AT] = i + this.leg.cooldownLeft
    registers[at.REFUSALS] = broker.belowMinimum
    registers[at.QUANTITY] = position.quantity
    registers[at.ENTRY_PRICE] = position.entryPrice
    registers[at.BASE_PRICE] = position.basePrice
    registers[at.ENTRY_INDEX] = position.entryIndex
    registers[at.FEES] = position.fees
    registers[at.TX_COSTS] = position.txCosts
    registers[at.SLIPPAGE] = position.slippage
    registers[at.HIGHEST] = position.highest
    registers[at.LOWEST] = position.lowest
    registers[at.PEAK] = position.peak
    registers[at.WORST] = position.worst
    registers[at.BEST] = position.best
    registers[at.STOP_LEVEL] = position.stopLevel
    registers[at.TARGET_LEVEL] = position.targetLevel
    registers[at.TRAILING_STOP] = position.trailingStop
    registers[at.TIME_STOP] = position.timeStop
    registers[at.CANDLES_IN_MARKET] = this.curve.candlesInMarket
    this.writeOrder(order)
  }

  /** Asks the strategy at the close of a candle, and hands its order over. */
  private askAt(i: number): void {
    const { leg } = this
    this.readHoldings(i)
    leg.decide(i)
    if (leg.order.kind !== 'none') this.writeOrder(leg.order)
  }

  /** What a strategy may ask for, and what its word is weighed by. */
  private readHoldings(i: number): void {
    const { registers } = this.kernel
    const { leg, desk } = this
    const { position } = leg
    desk.account.cash = registers[at.CASH]!
    position.quantity = registers[at.QUANTITY]!
    position.entryPrice = registers[at.ENTRY_PRICE]!
    position.entryIndex = registers[at.ENTRY_INDEX]!
    leg.broker.target = registers[at.TARGET]!
    leg.cooldownLeft = Math.max(0, registers[at.COOLED_AT]! - i)
    if (registers[at.ORDER] === at.NO_ORDER) leg.order.clear()
  }

  /** Takes the leg and its account back from the kernel, before the candle at index `i`. */
  private read(i: number): void {
    const { registers } = this.kernel
    const { account } = this.desk
    const { position, broker } = this.leg
    this.readHoldings(i)
    this.leg.lookAt(i - 1)
    broker.belowMinimum = registers[at.REFUSALS]!
    this.checkCash()
    account.feesPaid = registers[at.FEES_PAID]!
    account.txCostsPaid = registers[at.TX_COSTS_PAID]!
    account.slippagePaid = registers[at.SLIPPAGE_PAID]!
    account.notional = registers[at.NOTIONAL]!
    position.basePrice = registers[at.BASE_PRICE]!
    position.entryTime = this.desk.candles.time[position.entryIndex]!
    position.fees = registers[at.FEES]!
    position.txCosts = registers[at.TX_COSTS]!
    position.slippage = registers[at.SLIPPAGE]!
    position.highest = registers[at.HIGHEST]!
    position.lowest = registers[at.LOWEST]!
    position.peak = registers[at.PEAK]!
    position.worst = registers[at.WORST]!
    position.best = registers[at.BEST]!
    position.stopLevel = registers[at.STOP_LEVEL]!
    position.targetLevel = registers[at.TARGET_LEVEL]!
    this.curve.candlesInMarket = registers[at.CANDLES_IN_MARKET]!
    this.fetchTrades()
  }

  /** What stays as it is for the whole run. */
  private settle(): void {
    const { registers } = this.kernel
    const { costs } = this.desk
    const { market, risk, weight } = this.leg.spec
    const { step, perUnit } = lotOf(market.step)
    const size = risk.positionSize
    registers[at.TRADES] = 0
    registers[at.COOLDOWN] = risk.cooldown
    registers[at.FEE_RATE] = costs.fee
    registers[at.SLIPPAGE_RATE] = costs.slippage
    registers[at.TX_COST] = costs.txCost
    registers[at.WEIGHT] = weight
    registers[at.SPEND_MOST] = size?.kind === 'quote' ? size.amount : Infinity
    registers[at.SHARE_MOST] = size?.kind === 'share' ? size.share : Infinity
    registers[at.STEP] = step
    registers[at.STEPS_PER_UNIT] = perUnit
    registers[at.MIN_NOTIONAL] = market.minNotional
  }

  private writeOrder(order: PendingOrder): void {
    const { registers } = this.kernel
    if (!this.canFill()) {
      registers[at.ORDER] = at.OTHER_ORDER
    } else if (order.kind === 'none') {
      registers[at.ORDER] = at.NO_ORDER
    } else if (order.kind === 'exit') {
      registers[at.ORDER] = at.EXIT_ORDER
      registers[at.ORDER_REASON] = order.reason
    } else {
      this.writeEntry(order)
    }
  }

  private writeEntry(order: PendingOrder): void {
    const { registers } = this.kernel
    const { position, spec } = this.leg
    position.setExits(spec.risk, order.exits)
    registers[at.ORDER] = at.ENTRY_ORDER
    registers[at.ORDER_EXPOSURE] = order.target
    registers[at.ORDER_STOP_LOSS] = position.stopLoss
    registers[at.ORDER_TAKE_PROFIT] = position.takeProfit
    registers[at.ORDER_TRAILING_STOP] = position.trailingStop
    registers[at.TIME_STOP] = position.timeStop
  }

  private fetchTrades(): void {
    const { registers, trades } = this.kernel
    this.desk.trades.append(trades, registers[at.TRADES]!, this.desk.candles.time)
    registers[at.TRADES] = 0
  }

  private checkCash(): void {
    const { kernel, desk } = this
    const { registers } = kernel
    const least = registers[at.LEAST_CASH]!
    assert(Number.isFinite(least + registers[at.CASH]!), 'cash is not a number')
    assert(least > -1e-6 * desk.account.capital, 'an entry spends more than the cash')
  }
}

function writeAccount(registers: Float64Array, account: Account): void {
  registers[at.CASH] = account.cash
  registers[at.FEES_PAID] = account.feesPaid
  registers[at.TX_COSTS_PAID] = account.txCostsPaid
  registers[at.SLIPPAGE_PAID] = account.slippagePaid
  registers[at.NOTIONAL] = account.notional
}
