import { snakeKeys } from '../../core/canonical.js'
import { daysOf } from '../../core/candles/days.js'
import { formatTime } from '../../core/candles/time.js'
import type { Millis } from '../../core/candles/time.js'
import type { Trade, TradeFill } from '../../core/account/trade.js'
import type { Metrics } from '../../core/metrics/metrics.js'
import {
  undefinedReasons,
  type UndefinedReason,
  type UndefinedTerms,
} from '../../core/metrics/undefined.js'
import { diagnose } from '../diagnosis/diagnosis.js'
import type { AccountStop } from '../run/record/account-stop.js'
import type { CandleOrigin } from '../run/record/candle-origin.js'
import type { Manifest } from '../run/record/manifest.js'
import type { Remark } from '../diagnosis/remark.js'
import type { Report } from '../run/record/report.js'
import { orderJson, type OrderJson } from './order-json.js'

/** Version of the object that `backtest --json` prints; docs/schemas/backtest.json describes it. */
const RESULT_SCHEMA_VERSION = 1

/** A run as programs read it. Keys are snake_case, times ISO 8601 in UTC. */
export interface ResultJson {
  readonly schema_version: 1
  readonly run_id: string
  readonly result_hash: string
  /** Of the equity curve. */
  readonly curve_hash: string
  readonly manifest: Manifest
  /** Where its candles come from; null for imported files. */
  readonly origin: OriginJson | null
  /** Open time of the candle in which equity came to nothing. */
  readonly ruined_at: string | null
  /** Why and when nothing was entered any more; null where trading went on to the end. */
  readonly stopped: StopJson | null
  readonly metrics: Readonly<Record<string, number | null>>
  /** Why each metric that is null has no value. */
  readonly metrics_undefined: Readonly<Record<string, UndefinedReason>>
  readonly orders: OrderJson | null
  readonly trades: readonly Readonly<Record<string, unknown>>[]
  readonly warnings: readonly string[]
  readonly remarks: readonly Remark[]
  readonly bounds: unknown
}

export function resultJson(report: Report): ResultJson {
  return {
    schema_version: RESULT_SCHEMA_VERSION,
    run_id: report.runId,
    result_hash: report.resultHash,
    curve_hash: report.curveHash,
    manifest: report.manifest,
    origin: originJson(report.origin),
    ruined_at: timeOrNull(report.ruinedAt),
    stopped: stopJson(report.stop),
    metrics: snakeKeys(report.metrics) as ResultJson['metrics'],
    metrics_undefined: undefinedJson(report.metrics, {
      days: daysOf(report.candles),
      isRuined: (report.ruinedAt ?? null) !== null,
    }),
    orders: orderJson(report.orders),
    trades: report.trades.map(tradeJson),
    warnings: report.warnings,
    remarks: diagnose(report),
    bounds: snakeKeys(report.bounds),
  }
}

/** Where candles come from, as programs read it. */
export interface OriginJson {
  readonly source: string
  readonly adapter: string
  readonly fetched_at: string
  readonly missing: number
}

function originJson(origin: CandleOrigin | null | undefined): OriginJson | null {
  if (origin === null || origin === undefined) return null
  const { source, adapter, fetchedAt, missing } = origin
  return { source, adapter, fetched_at: formatTime(fetchedAt), missing }
}

/** An account that stopped, as programs read it. */
export interface StopJson {
  readonly reason: AccountStop['reason']
  /** Open time of the candle at whose close it was found. */
  readonly at: string
  readonly limit: number | null
  /** Share of the run's time from then on, 0 to 1. */
  readonly share_of_run: number
}

/** The end of trading, where there was one before the end of the run. */
export function stopJson(stop: AccountStop | null | undefined): StopJson | null {
  if (stop === null || stop === undefined) return null
  const { reason, at, limit, share } = stop
  return { reason, at: formatTime(at), limit, share_of_run: share }
}

/** Why metrics are null, under their names of `--json`. */
export function undefinedJson(
  metrics: Metrics,
  terms: UndefinedTerms,
): Readonly<Record<string, UndefinedReason>> {
  return snakeKeys(undefinedReasons(metrics, terms)) as Readonly<Record<string, UndefinedReason>>
}

/** A trade with its times as ISO 8601. */
export function tradeJson(trade: Trade): Readonly<Record<string, unknown>> {
  return {
    strategy: trade.strategy,
    side: trade.side,
    entry_time: formatTime(trade.entryTime),
    exit_time: formatTime(trade.exitTime),
    entry_price: trade.entryPrice,
    exit_price: trade.exitPrice,
    size: trade.size,
    pnl: trade.pnl,
    fees: trade.fees,
    tx_costs: trade.txCosts,
    slippage: trade.slippage,
    return: trade.return,
    candles: trade.candles,
    mae: trade.mae,
    mfe: trade.mfe,
    exit_reason: trade.exitReason,
    ambiguous: trade.ambiguous,
    entry_tag: trade.entryTag,
    exit_tag: trade.exitTag,
    parts: trade.parts,
    fills: trade.fills.map(fillJson),
  }
}

function fillJson({ time, side, size, price, fee, reason, tag }: TradeFill): object {
  return { time: formatTime(time), side, size, price, fee, reason, tag }
}

/** ISO 8601, where there is a time. */
export function timeOrNull(time: Millis | null | undefined): string | null {
  return time === null || time === undefined ? null : formatTime(time)
}
