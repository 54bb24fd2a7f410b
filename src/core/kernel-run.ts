import type { Account } from './account.js'
import { assert } from './assert.js'
import type { Desk, LegSpec } from './desk.js'
import type { DrawdownMeter } from './drawdown.js'
import type { EquityCurve } from './equity-curve.js'
import type { Kernel } from './kernel.js'
import * as at from './kernel-registers.js'
import { lotOf } from './market.js'
import type { PendingOrder } from './order.js'
import type { Position } from './position.js'
import type { SimulatedBroker } from './simulated-broker.js'

/** What of a leg is kept in registers while its kernel runs. */
interface KernelLeg {
  readonly spec: LegSpec
  readonly position: Position
  readonly broker: SimulatedBroker
  readonly order: PendingOrder
}

/** A leg whose numbers stand in the registers of a kernel, and what goes to and fro between the two. */
export class KernelRun {
  private readonly kernel: Kernel
  private readonly desk: Desk
  private readonly curve: EquityCurve
  private readonly leg: KernelLeg
  /** Index of the candle that the curve begins with. */
  private readonly first: number

  /** `curve` has its room in the kernel. */
  constructor(kernel: Kernel, desk: Desk, curve: EquityCurve, leg: KernelLeg) {
    this.kernel = kernel
    this.desk = desk
    this.curve = curve
    this.leg = leg
    this.first = desk.candles.length - curve.values.length
    this.settle()
  }

  /** Whether the kernel can fill the leg's pending order: an exit of all, or an entry from nothing. */
  canFill(): boolean {
    const { order, position } = this.leg
    if (order.kind === 'none') return true
    return order.kind === 'exit' ? position.quantity > 0 : position.quantity === 0
  }

  /**
   * Takes the candles from `first` to before `end`; the leg's pending order is filled at the first.
   * @returns index of the candle in which a position was left; -1 for none
   */
  pass(first: number, end: number): number {
    const { kernel, leg } = this
    const { order } = leg
    const hasOrder = order.kind !== 'none'
    if (hasOrder) this.writeOrder(order)
    const done = kernel.pass(first, end)
    if (hasOrder) order.clear()
    this.curve.length = end - this.first
    if (done === 0) return -1
    if ((done & at.REFUSED) !== 0) leg.broker.belowMinimum += 1
    if ((done & at.ENTERED) !== 0) this.takeEntry()
    if ((done & at.EXITED) === 0) return -1
    this.takeExit()
    return kernel.registers[at.LEFT_AT]!
  }

  /** Measures the drawdown of all points but the last, which may yet change. */
  measure(drawdown: DrawdownMeter): void {
    const { registers } = this.kernel
    drawdown.store(registers)
    this.kernel.measure(this.first, this.curve.length - 1)
    drawdown.load(registers)
  }

  /** Hands the leg and its account over to the kernel. */
  write(): void {
    const { registers } = this.kernel
    const { account } = this.desk
    const { position } = this.leg
    writeAccount(registers, account)
    registers[at.QUANTITY] = position.quantity
    registers[at.ENTRY_PRICE] = position.entryPrice
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
    registers[at.CANDLES_IN_MARKET] = this.curve.candlesInMarket
  }

  /** Takes the leg and its account back from the kernel. */
  read(): void {
    const { registers } = this.kernel
    const { account } = this.desk
    const { position } = this.leg
    account.cash = registers[at.CASH]!
    account.feesPaid = registers[at.FEES_PAID]!
    account.txCostsPaid = registers[at.TX_COSTS_PAID]!
    account.slippagePaid = registers[at.SLIPPAGE_PAID]!
    account.notional = registers[at.NOTIONAL]!
    position.entryTime = this.desk.candles.time[position.entryIndex]!
    position.fees = registers[at.FEES]!
    position.txCosts = registers[at.TX_COSTS]!
    position.slippage = registers[at.SLIPPAGE]!
    position.highest = registers[at.HIGHEST]!
    position.lowest = registers[at.LOWEST]!
    position.peak = registers[at.PEAK]!
    position.worst = registers[at.WORST]!
    position.best = registers[at.BEST]!
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
    registers[at.ORDER] = at.NO_ORDER
    registers[at.TRADES] = 0
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
    if (order.kind === 'exit') {
      registers[at.ORDER] = at.EXIT_ORDER
      registers[at.ORDER_REASON] = order.reason
      return
    }
    const { position, spec } = this.leg
    position.setExits(spec.risk, order.exits)
    registers[at.ORDER] = at.ENTRY_ORDER
    registers[at.ORDER_EXPOSURE] = order.target
    registers[at.ORDER_STOP_LOSS] = position.stopLoss
    registers[at.ORDER_TAKE_PROFIT] = position.takeProfit
    registers[at.ORDER_TRAILING_STOP] = position.trailingStop
  }

  /** What a strategy may ask for, and what decides about its next word. */
  private takeEntry(): void {
    const { registers } = this.kernel
    const { broker, position } = this.leg
    position.quantity = registers[at.QUANTITY]!
    position.entryIndex = registers[at.ENTRY_INDEX]!
    position.entryPrice = position.basePrice = registers[at.ENTRY_PRICE]!
    position.setLevels()
    broker.target = registers[at.ORDER_EXPOSURE]!
    this.takeCash()
  }

  private takeExit(): void {
    const { registers } = this.kernel
    const { broker, position } = this.leg
    if (registers[at.TRADES] === at.TRADES_MOST) this.fetchTrades()
    position.quantity = 0
    broker.target = 0
    this.takeCash()
  }

  private fetchTrades(): void {
    const { registers, trades } = this.kernel
    this.desk.trades.append(trades, registers[at.TRADES]!, this.desk.candles.time)
    registers[at.TRADES] = 0
  }

  private takeCash(): void {
    const { account } = this.desk
    account.cash = this.kernel.registers[at.CASH]!
    assert(Number.isFinite(account.cash), 'cash is not a number')
    assert(account.cash > -1e-6 * account.capital, 'an entry spends more than the cash')
  }
}

function writeAccount(registers: Float64Array, account: Account): void {
  registers[at.CASH] = account.cash
  registers[at.FEES_PAID] = account.feesPaid
  registers[at.TX_COSTS_PAID] = account.txCostsPaid
  registers[at.SLIPPAGE_PAID] = account.slippagePaid
  registers[at.NOTIONAL] = account.notional
}
