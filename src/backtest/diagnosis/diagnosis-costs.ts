import type { Candles } from '../../core/candles/candles.js'
import { indexAtOrAfter } from '../../core/candles/candles.js'
import type { Trade } from '../../core/account/trade.js'
import { formatFixed, formatPercent, formatProfit } from '../../core/number-format.js'
import { positionResults, profitOf } from './position-results.js'
import { remark, REMARK_LIMITS, type Remark } from './remark.js'
import type { Report } from '../run/record/report.js'

const LIMITS = REMARK_LIMITS

/** Remarks on what trading costs, and on what a worse fill would leave. */
export function costRemarks(report: Report): Remark[] {
  return [...costsAgainstEdge(report), ...losesWhenLate(report)]
}

/**
 * Gross profit is what the trades made before fees, transaction costs and slippage. The breakeven
 * cost is what a side could cost, by the value traded, before nothing is left. Of these the gravest
 * remark is made alone, because they are one fact.
 */
function costsAgainstEdge(report: Report): Remark[] {
  const results = positionResults(report)
  const net = profitOf(results)
  const { costs, value } = costsOf(report)
  const gross = net + costs
  if (gross <= 0 || costs <= 0) return []
  const [breakeven, assumed] = [(gross / value) * 10_000, (costs / value) * 10_000]
  const share = costs / gross
  const evidence = {
    gross,
    costs,
    net,
    cost_share: share,
    breakeven_bps: breakeven,
    assumed_bps: assumed,
    average_trade: net / results.length,
    average_cost: costs / results.length,
  }
  const bps = `It breaks even at ${formatFixed(breakeven, 1)} bps a side; ${formatFixed(assumed, 1)} are assumed.`
  if (net <= 0) {
    const text = `Before costs the trades made ${formatProfit(gross)}, costs took ${formatFixed(costs, 2)} and left ${formatProfit(net)}. ${bps} Trade less often, or find cheaper fills before better signals.`
    return [remark('costs_eat_edge', 'serious', text, evidence)]
  }
  if (share >= LIMITS.costShareMost) {
    const text = `${bps} Costs 50% higher turn the result into a loss: run it with doubled --fee-bps and --slippage-bps.`
    return [remark('breakeven_near', 'warning', text, evidence)]
  }
  if (share >= LIMITS.costShareHalf) {
    const text = `The average trade keeps ${formatProfit(evidence.average_trade)} and pays ${formatFixed(evidence.average_cost, 2)} in costs. ${bps} Aim for larger moves per trade, and measure your real fills.`
    return [remark('trade_below_cost', 'warning', text, evidence)]
  }
  if (share < LIMITS.costShareNamed) return []
  const text = `Costs take ${formatPercent(share)} of the gross profit of ${formatProfit(gross)}. ${bps} See what a worse venue would leave with --fee-bps.`
  return [remark('costs_take_share', 'note', text, evidence)]
}

/** All costs and all value traded, quote currency; those of open positions are in the metrics alone. */
function costsOf({ trades, openPositions = [], metrics, manifest }: Report): {
  readonly costs: number
  readonly value: number
} {
  if (openPositions.length > 0) {
    const { feesPaid, txCostsPaid, slippagePaid, turnover } = metrics
    return {
      costs: feesPaid + txCostsPaid + slippagePaid,
      value: turnover * manifest.capital,
    }
  }
  return {
    costs: trades.reduce((sum, one) => sum + one.fees + one.txCosts + one.slippage, 0),
    value: trades.reduce((sum, one) => sum + one.size * (one.entryPrice + one.exitPrice), 0),
  }
}

/** What the same trades would have made, had each market order filled at the open one candle later. */
function losesWhenLate(report: Report): Remark[] {
  const { trades, candles, manifest } = report
  const net = profitOf(positionResults(report))
  if (net <= 0 || manifest.fill !== 'next_open') return []
  let late = net
  for (const trade of trades) late += lateDifference(trade, candles)
  if (late > 0) return []
  const text = `Filled one candle later, the same trades would have made about ${formatProfit(late)} instead of ${formatProfit(net)}: the edge is gone before a slow order arrives. Check for lookahead with assay check, and use finer candles.`
  return [remark('loses_when_late', 'serious', text, { net, late })]
}

/** Estimated: protective exits stay where they were, and a trade that was over by then is left out. */
function lateDifference(trade: Trade, candles: Candles): number {
  const direction = trade.side === 'long' ? 1 : -1
  const entry = indexAtOrAfter(candles, trade.entryTime)
  const exit = indexAtOrAfter(candles, trade.exitTime)
  if (exit <= entry) return -trade.pnl
  const entryMove = candles.open[entry + 1]! - candles.open[entry]!
  const isMarket = trade.exitReason === 'signal' || trade.exitReason === 'time_stop'
  const exitMove =
    isMarket && exit + 1 < candles.length ? candles.open[exit + 1]! - candles.open[exit]! : 0
  return direction * trade.size * (exitMove - entryMove)
}
