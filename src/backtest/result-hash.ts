import { hash } from 'node:crypto'
import { canonicalJson } from '../core/canonical.js'
import type { Metrics } from '../core/metrics.js'

/** What a run computed, as far as its hash says. */
export interface HashedResult {
  readonly equity: Float64Array
  readonly metrics: Metrics
  /** The rows of the trade log, in the order of exits. */
  readonly tradeRows: Float64Array
}

/**
 * SHA-256 of the canonical JSON of `{equity, metrics, trades}`, keys in snake_case. The long
 * columns stand in it by the SHA-256 of their doubles, least significant byte first: a sweep hashes
 * every trial, and writing a hundred thousand numbers as text takes longer than computing them.
 */
export function resultHash({ equity, metrics, tradeRows }: HashedResult): string {
  const text = `{"equity":"${columnHash(equity)}","metrics":${metricsJson(metrics)},"trades":"${columnHash(tradeRows)}"}`
  return hash('sha256', text, 'hex')
}

/**
 * Canonical JSON: the members stand in its order, and JSON.stringify writes numbers the same way in
 * half the time. Where it wrote a null, that may stand for a number which is refused.
 */
function metricsJson(metrics: Metrics): string {
  const record = {
    ambiguous_trades: metrics.ambiguousTrades,
    average_loss: metrics.averageLoss,
    average_win: metrics.averageWin,
    buy_and_hold_return: metrics.buyAndHoldReturn,
    cagr: metrics.cagr,
    calmar: metrics.calmar,
    expectancy: metrics.expectancy,
    exposure: metrics.exposure,
    fees_paid: metrics.feesPaid,
    final_equity: metrics.finalEquity,
    longest_losing_streak: metrics.longestLosingStreak,
    max_drawdown: metrics.maxDrawdown,
    max_drawdown_days: metrics.maxDrawdownDays,
    profit_factor: metrics.profitFactor,
    sharpe: metrics.sharpe,
    slippage_paid: metrics.slippagePaid,
    sortino: metrics.sortino,
    sqn: metrics.sqn,
    total_return: metrics.totalReturn,
    trades: metrics.trades,
    turnover: metrics.turnover,
    tx_costs_paid: metrics.txCostsPaid,
    ulcer_index: metrics.ulcerIndex,
    volatility: metrics.volatility,
    win_rate: metrics.winRate,
  }
  const text = JSON.stringify(record)
  return text.includes('null') ? canonicalJson(record) : text
}

function columnHash(column: Float64Array): string {
  return hash('sha256', column, 'hex')
}

/** SHA-256 of the canonical JSON of any plain value. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex')
}
