import type { Candles } from '../../src/core/candles/candles.js'
import type { RunSpec } from '../../src/core/engine/engine.js'
import type { Trade } from '../../src/core/account/trade.js'
import type { Exits } from '../../src/core/strategy/intent.js'

/** The exits that this oracle knows. */
export type HeldExits = Required<
  Pick<Exits, 'stopLoss' | 'takeProfit' | 'trailingStop' | 'timeStop'>
>

/** What is held, and what it has cost so far. */
export interface Holding {
  /** 1 for a long, -1 for a short. */
  side: 1 | -1
  size: number
  entryIndex: number
  entryTime: number
  entryPrice: number
  /** Price of the first fill, from which all levels are measured. */
  firstPrice: number
  fees: number
  txCosts: number
  slippage: number
  exits: HeldExits
  peak: number
  mae: number
  mfe: number
}

/** A run in progress: plain numbers and lists, changed in place. */
export interface OracleRun {
  readonly spec: RunSpec
  readonly candles: Candles
  cash: number
  holding: Holding | null
  lastTarget: number
  /** Closes before this index are within the cooldown. */
  cooldownUntil: number
  belowMinimum: number
  notShortable: number
  notional: number
  feesPaid: number
  txCostsPaid: number
  slippagePaid: number
  readonly trades: Trade[]
}

export const EMPTY_TOTALS = {
  belowMinimum: 0,
  notShortable: 0,
  notional: 0,
  feesPaid: 0,
  txCostsPaid: 0,
  slippagePaid: 0,
}

/** "equity = cash + quantity x C"; "Equity at a fill is cash + quantity held x the reference price of that fill." */
export function equityAt(run: OracleRun, price: number): number {
  const held = run.holding ? run.holding.side * run.holding.size : 0
  return run.cash + held * price
}

/** One fill as it is charged to the account. `direction` is 1 for a buy, -1 for a sell. */
export interface OracleFill {
  readonly direction: 1 | -1
  readonly size: number
  readonly price: number
  readonly reference: number
}

/** What a fill has cost. */
export interface OracleCost {
  readonly fee: number
  readonly txCost: number
  readonly slippage: number
}

/**
 * "Fee: `rate x price x quantity` a side, in quote currency. A fixed cost per transaction is added
 * a side". Turnover counts price x size of every fill.
 */
export function settle(run: OracleRun, fill: OracleFill): OracleCost {
  const { direction, size, price, reference } = fill
  const fee = run.spec.costs.fee * price * size
  const txCost = run.spec.costs.txCost
  const slippage = Math.abs(price - reference) * size
  run.cash = run.cash - direction * price * size - fee - txCost
  run.notional += price * size
  run.feesPaid += fee
  run.txCostsPaid += txCost
  run.slippagePaid += slippage
  return { fee, txCost, slippage }
}

/** "`bps(Q) = a + b x Q^g`, Q in base units, added to the slippage of each market fill". */
function slippageShare(run: OracleRun, quantity: number): number {
  const { slippage, impact } = run.spec.costs
  if (impact === null) return slippage
  return slippage + (impact.a + impact.b * quantity ** impact.g) / 10_000
}

/** "`reference x (1 + slippage)` for a buy, `reference x (1 - slippage)` for a sell." */
export function marketPrice(
  run: OracleRun,
  order: { direction: 1 | -1; reference: number; quantity: number },
): number {
  return order.reference * (1 + order.direction * slippageShare(run, order.quantity))
}
