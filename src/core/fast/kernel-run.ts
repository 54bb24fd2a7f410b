import type { Account } from '../account/account.js'
import { Fill } from '../account/fill.js'
import { lotOf } from '../account/market.js'
import { EXIT_REASONS } from '../account/trade.js'
import { assert } from '../assert.js'
import type { Engine } from '../engine/engine.js'
import type { RunSpec } from '../engine/spec.js'
import type { DrawdownMeter } from '../metrics/drawdown.js'
import { hasLimits } from '../risk/limits.js'
import { tighterExit } from '../risk/settings.js'
import type { LegColumns } from '../engine/spec.js'
import type { LegSpec } from '../trading/desk.js'
import type { Leg } from '../trading/leg.js'
import type { PendingOrder } from '../trading/orders/order.js'
import type { Kernel } from './kernel.js'
import * as at from './kernel-registers.js'

const SIGNAL = EXIT_REASONS.indexOf('signal')

/**
 * Whether a kernel may be able to do a run: market orders of one leg that says where it acts, at the
 * next open of a market that is long only, at prices that do not hang on size, without exits that it
 * does not know, and nobody looks at more than a run's outcome, or into its candles.
 */
export function fitsKernel(
  { legs, costs, fill, path, limits }: RunSpec,
  { sink, detail }: { readonly sink?: unknown; readonly detail?: unknown },
): boolean {
  if ((sink ?? null) !== null || (detail ?? null) !== null) return false
  if (legs.length !== 1 || hasLimits(limits)) return false
  const { strategy, market, risk } = legs[0]!
  if (strategy.actsOnCross === undefined || market.shortable) return false
  if (risk.trailingFrom !== 0 || risk.breakEven !== 0 || risk.roi.length > 0) return false
  return fill === 'next_open' && path === 'pessimistic' && costs.impact === null
}

/**
 * A run whose loop a kernel does, and what goes to and fro between it and the leg. Where the strategy
 * says what the kernel does not know, or the account comes to nothing, it gives up: the run is then to
 * be made by the engine's own step, from its beginning.
 */
export class KernelRun {
  /** Whether it has met something that it cannot do. */
  isUnfit = false
  private readonly kernel: Kernel
  private readonly engine: Engine
  private readonly leg: Leg
  /** Index of the candle that the curve begins with. */
  private readonly first: number
  private readonly ask = (i: number): void => this.askAt(i)

  /** `engine` has its curve in the kernel's memory; `cross` are the columns at whose crosses the leg acts. */
  constructor(
    kernel: Kernel,
    engine: Engine,
    first: number,
    cross: readonly [Float64Array, Float64Array],
  ) {
    this.kernel = kernel
    this.engine = engine
    this.leg = engine.legs[0]!
    this.first = first
    kernel.cross(cross[0], cross[1])
    this.settle()
  }

  /** Takes the candles from `start` to before `end`, where it can; `isUnfit` says whether it could. */
  run(start: number, end: number): void {
    for (let i = start; i < end && !this.isUnfit;) {
      const next = this.kernel.go(i, end, this.ask)
      this.fetchTrades()
      // It stops short for want of room for trades, or before an order that it does not fill.
      if (next === i && this.kernel.registers[at.ORDER] === at.OTHER_ORDER) this.isUnfit = true
      i = next
    }
    this.engine.curve.length = end - this.first
    this.read(end)
  }

  /** Measures the drawdown of all points but the last, which may yet change. */
  measure(drawdown: DrawdownMeter): void {
    const { registers } = this.kernel
    drawdown.store(registers)
    this.kernel.measure(this.first, this.engine.curve.length - 1)
    drawdown.load(registers)
  }

  /** Asks the strategy at the close of a candle, and hands its order over. */
  private askAt(i: number): void {
    const { leg } = this
    if (this.isUnfit) return
    this.readHoldings(i)
    leg.market.standAt(i)
    leg.cursor.i = i
    leg.decide(i)
    if (leg.order.kind !== 'none' || leg.hasLevels()) this.writeOrder(leg.order)
  }

  /** What a strategy may ask for, and what its word is weighed by. */
  private readHoldings(i: number): void {
    const { registers } = this.kernel
    const { leg, engine } = this
    const { position } = leg
    engine.account.cash = registers[at.CASH]!
    position.side = 1
    position.quantity = registers[at.QUANTITY]!
    position.entryPrice = registers[at.ENTRY_PRICE]!
    position.entryIndex = registers[at.ENTRY_INDEX]!
    position.peak = Math.max(registers[at.PEAK]!, registers[at.HIGHEST]!)
    leg.target = registers[at.TARGET]!
    leg.cooldownLeft = Math.max(0, registers[at.COOLED_AT]! - i)
    if (registers[at.ORDER] === at.NO_ORDER) leg.order.clear()
  }

  /** Takes the leg and its account back from the kernel, before the candle at index `i`. */
  private read(i: number): void {
    const { registers } = this.kernel
    const { account, curve } = this.engine
    const { leg } = this
    this.readHoldings(i)
    leg.market.standAt(i - 1)
    leg.cursor.i = i - 1
    const { refused } = leg.counts
    if (registers[at.REFUSALS] !== 0) refused.below_minimum = registers[at.REFUSALS]!
    if (registers[at.NO_CASH_REFUSALS] !== 0) refused.no_cash = registers[at.NO_CASH_REFUSALS]!
    this.checkCash()
    account.feesPaid = registers[at.FEES_PAID]!
    account.txCostsPaid = registers[at.TX_COSTS_PAID]!
    account.slippagePaid = registers[at.SLIPPAGE_PAID]!
    account.notional = registers[at.NOTIONAL]!
    curve.candlesInMarket = registers[at.CANDLES_IN_MARKET]!
  }

  /** Writes the position that is still open into the books, for whoever closes or shows it. */
  readPosition(): void {
    const { registers } = this.kernel
    const { leg, engine } = this
    const { position } = leg
    const size = registers[at.QUANTITY]!
    if (size === 0) return
    const fill = new Fill()
    fill.side = 1
    fill.size = size
    fill.price = registers[at.ENTRY_PRICE]!
    fill.index = registers[at.ENTRY_INDEX]!
    fill.time = leg.market.candles.time[fill.index]!
    fill.fee = registers[at.FEES]!
    fill.reason = SIGNAL
    position.quantity = 0
    position.open(fill)
    position.fees = fill.fee
    position.txCosts = registers[at.TX_COSTS]!
    position.slippage = registers[at.SLIPPAGE]!
    position.highest = registers[at.HIGHEST]!
    position.lowest = registers[at.LOWEST]!
    position.peak = Math.max(registers[at.PEAK]!, registers[at.HIGHEST]!)
    position.worst = registers[at.WORST]!
    position.best = registers[at.BEST]!
    position.lastFill = engine.trades.note(leg.index, fill, -1)
  }

  /** What stays as it is for the whole run, and where it begins. */
  private settle(): void {
    const { registers } = this.kernel
    const { costs } = this.leg.desk
    const { market, risk, weight } = this.leg.spec
    const { step, perUnit } = lotOf(market.step)
    const size = risk.positionSize
    for (const place of AT_REST) registers[place] = 0
    writeAccount(registers, this.engine.account)
    registers[at.LEAST_CASH] = this.engine.account.cash
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
    const { position } = this.leg
    const isPlain =
      order.tag === null &&
      !this.leg.hasLevels() &&
      (order.kind === 'exit' ? position.quantity > 0 : position.quantity === 0)
    const isNothing = order.kind === 'exit' && position.quantity === 0
    const isCooling = order.kind === 'target' && order.isCooling && position.quantity === 0
    if (isCooling) this.leg.counts.refuse('cooldown')
    if (isNothing || isCooling) {
      order.clear()
    } else if (!isPlain || !this.writePlain(order)) {
      registers[at.ORDER] = at.OTHER_ORDER
      this.isUnfit = true
    }
  }

  /** @returns false for exits that the kernel does not know */
  private writePlain(order: PendingOrder): boolean {
    const { registers } = this.kernel
    if (order.kind === 'exit') {
      registers[at.ORDER] = at.EXIT_ORDER
      registers[at.ORDER_REASON] = order.reason
      return true
    }
    const { exits } = order
    if (exits.roi !== undefined || exits.trailingFrom || exits.breakEven) return false
    const { risk } = this.leg.spec
    const timeStop = tighterExit(risk.timeStop, exits.timeStop)
    registers[at.ORDER] = at.ENTRY_ORDER
    registers[at.ORDER_EXPOSURE] = order.target
    registers[at.ORDER_STOP_LOSS] = tighterExit(risk.stopLoss, exits.stopLoss)
    registers[at.ORDER_TAKE_PROFIT] = tighterExit(risk.takeProfit, exits.takeProfit)
    registers[at.ORDER_TRAILING_STOP] = tighterExit(risk.trailingStop, exits.trailingStop)
    registers[at.TIME_STOP] = timeStop
    this.leg.protection.timeStop = timeStop
    return true
  }

  private fetchTrades(): void {
    const { registers, trades } = this.kernel
    this.engine.trades.append(trades, registers[at.TRADES]!, this.leg.market.candles.time)
    registers[at.TRADES] = 0
  }

  private checkCash(): void {
    const { kernel, engine } = this
    const { registers } = kernel
    const least = registers[at.LEAST_CASH]!
    assert(Number.isFinite(least + registers[at.CASH]!), 'cash is not a number')
    const { capital } = engine.account
    const { txCost } = this.leg.desk.costs
    assert(least > -1e-6 * capital - txCost, 'an entry spends more than the cash')
  }
}

/** What is nothing before the first candle. */
const AT_REST = [
  at.QUANTITY,
  at.TRADES,
  at.ORDER,
  at.TARGET,
  at.COOLED_AT,
  at.REFUSALS,
  at.NO_CASH_REFUSALS,
  at.TIME_STOP,
  at.CANDLES_IN_MARKET,
]

function writeAccount(registers: Float64Array, account: Account): void {
  registers[at.CASH] = account.cash
  registers[at.FEES_PAID] = account.feesPaid
  registers[at.TX_COSTS_PAID] = account.txCostsPaid
  registers[at.SLIPPAGE_PAID] = account.slippagePaid
  registers[at.NOTIONAL] = account.notional
}

/** The columns at whose crosses alone a leg's strategy acts. */
export function crossedColumns(
  { strategy }: LegSpec,
  columns: LegColumns,
): readonly [Float64Array, Float64Array] {
  const [a, b] = strategy.actsOnCross!
  return [columns[a]!, columns[b]!]
}
