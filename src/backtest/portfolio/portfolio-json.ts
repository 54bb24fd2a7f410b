import { snakeKeys } from '../../core/canonical.js'
import { daysOf } from '../../core/candles/days.js'
import { formatTime } from '../../core/candles/time.js'
import { orderJson, type OrderJson } from '../results/order-json.js'
import {
  stopJson,
  timeOrNull,
  tradeJson,
  undefinedJson,
  type StopJson,
} from '../results/result-json.js'
import type { MarketTrade } from '../../core/account/trade.js'
import type { PortfolioReport } from './portfolio-run.js'
import type { PortfolioManifest } from './portfolio-manifest.js'

/** A portfolio as programs read it. Keys are snake_case, times ISO 8601 in UTC. */
export interface PortfolioJson {
  readonly schema_version: 1
  readonly run_id: string
  readonly result_hash: string
  /** Of the equity curve. */
  readonly curve_hash: string
  readonly manifest: PortfolioManifest
  /** Open time of the candle in which equity came to nothing. */
  readonly ruined_at: string | null
  /** Why and when nothing was entered any more; null where trading went on to the end. */
  readonly stopped: StopJson | null
  readonly metrics: unknown
  /** Why each metric that is null has no value. */
  readonly metrics_undefined: unknown
  /** In canonical order, which is also that of `correlations` and of the weights. */
  readonly legs: readonly Readonly<Record<string, unknown>>[]
  readonly correlations: readonly (readonly (number | null)[])[]
  readonly orders: OrderJson | null
  readonly trades: readonly Readonly<Record<string, unknown>>[]
  readonly weights: readonly { readonly time: string; readonly weights: readonly number[] }[]
  readonly warnings: readonly string[]
}

export function portfolioJson(report: PortfolioReport): PortfolioJson {
  const { outcome } = report
  return {
    schema_version: 1,
    run_id: report.runId,
    result_hash: report.resultHash,
    curve_hash: report.curveHash,
    manifest: report.manifest,
    ruined_at: timeOrNull(outcome.ruinedAt),
    stopped: stopJson(report.stop),
    metrics: snakeKeys(outcome.metrics),
    metrics_undefined: undefinedJson(outcome.metrics, {
      days: daysOf({ ...outcome, length: outcome.time.length }),
      isRuined: outcome.ruinedAt !== null,
    }),
    legs: outcome.legs.map(leg => ({
      symbol: leg.symbol,
      strategy: leg.strategy,
      weight: leg.weight,
      metrics: snakeKeys(leg.metrics),
      contribution: snakeKeys(leg.contribution),
      orders: orderJson(leg.orders),
    })),
    correlations: outcome.correlations,
    orders: orderJson(outcome.orders),
    trades: outcome.trades.map(portfolioTradeJson),
    weights: outcome.weights.map(({ time, weights }) => ({ time: formatTime(time), weights })),
    warnings: report.warnings,
  }
}

/** A trade with its symbol, and its times as ISO 8601. */
function portfolioTradeJson(trade: MarketTrade): Readonly<Record<string, unknown>> {
  return { symbol: trade.symbol, ...tradeJson(trade) }
}
