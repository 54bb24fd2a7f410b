import { byCodeUnit } from '../../core/canonical.js'
import { cutCandles, indexAtOrAfter, type Candles } from '../../core/candles/candles.js'
import { indicatorsOf, type KnownColumns } from '../../core/engine/columns.js'
import type { OrderLine } from '../../core/trading/orders/order-log.js'
import type { LegSpec } from '../../core/trading/desk.js'
import { guardedParams, type ParamSpecs } from '../../core/strategy/params.js'
import type { LegColumns, RunSpec } from '../../core/engine/spec.js'
import { AppError } from '../../core/errors.js'
import type { EventSink, TradingEvent } from '../../core/account/events.js'
import { formatTime, timeframeMs, type Millis } from '../../core/candles/time.js'
import { accountStop } from './record/account-stop.js'
import { runBacktest } from './replay/backtest.js'
import { outcomeOf, type BacktestInput, type BacktestOutcome } from './replay/outcome.js'
import type { Engine } from '../../core/engine/engine.js'
import { createKernel } from '../kernel/wasm-kernel.js'
import { originOf } from './record/candle-origin.js'
import { describeRun } from './record/manifest.js'
import type { Bounds, Report } from './record/report.js'
import { guarded } from './replay/decision-failure.js'
import { curveHash, resultHash } from './record/result-hash.js'
import { runId } from './record/run-id.js'
import { sourcedRequest, type RunData, type RunRequest } from './record/run-request.js'
import { warningsOf } from './warnings/warnings.js'

/** The stored candles that a request may read: up to its end, and before its start for warming. */
export function candlesFor(request: RunRequest, candles: Candles): Candles {
  const since = request.warmFrom === null ? 0 : indexAtOrAfter(candles, request.warmFrom)
  const until = request.to === null ? candles.length : indexAtOrAfter(candles, request.to)
  const isWhole = since === 0 && until === candles.length
  return isWhole ? candles : cutCandles(candles, since, Math.max(since, until))
}

/**
 * Runs a request and reports it. With `bounds`, the same run is also made under the other story
 * of what happened inside its candles.
 * @throws AppError NO_CANDLES where the range holds none; STRATEGY_FAILED where a strategy throws
 */
export function runRequest(
  request: RunRequest,
  data: RunData,
  options: { bounds?: boolean; sink?: EventSink } = {},
): Report {
  const input = backtestInput(request, data)
  options.sink?.(settingsEvent(request, data, input))
  const outcome = guarded(namesOf(request), () =>
    runBacktest({
      ...input,
      logsOrders: true,
      ...(options.sink ? { sink: options.sink } : { kernel: createKernel() }),
    }),
  )
  const bounds = options.bounds ? boundsOf(request, input, outcome) : null
  return reportOf(request, data, input, outcome, bounds)
}

/** Reports what a session has computed over the candles of a request. */
export function reportSession(
  request: RunRequest,
  data: RunData,
  { engine, columns, bounds = null }: FinishedSession,
): Report {
  const input = backtestInput(request, data)
  return reportOf(request, data, input, outcomeOf(input, engine, columns), bounds)
}

/** A session on one market that has come to its end. */
export interface FinishedSession {
  readonly engine: Engine
  /** Indicator columns of its legs, over all its candles. */
  readonly columns: readonly LegColumns[]
  readonly bounds?: Bounds | null
}

/** What a request asks of the engine. @throws AppError NO_CANDLES where its range holds none */
export function backtestInput(request: RunRequest, { main, detail }: RunData): BacktestInput {
  const { candles } = main
  const first = request.from === null ? 0 : indexAtOrAfter(candles, request.from)
  if (first >= candles.length) throw emptyRange(request, candles)
  return {
    spec: specOf(request),
    candles,
    first,
    ...(request.decideFrom !== null && { decideFrom: indexAtOrAfter(candles, request.decideFrom) }),
    ...(detail && { detail: detail.candles }),
  }
}

/** What a request asks of the engine, apart from the candles. */
export function specOf(request: RunRequest): RunSpec {
  const { market } = request
  const legs: LegSpec[] = []
  for (const { strategy, params: values, risk, weight, priority } of request.strategies) {
    const params = guardedParams(strategy.params as ParamSpecs, values)
    legs.push({ strategy, params, risk, weight, priority, market })
  }
  // In canonical order: how a list of strategies is ordered means nothing.
  if (legs.length > 1) legs.sort((a, b) => byCodeUnit(a.strategy.name, b.strategy.name))
  return {
    legs,
    capital: request.capital,
    costs: request.costs,
    fill: request.fill,
    path: 'pessimistic',
    limits: request.limits,
    keepOpen: request.keepOpen,
  }
}

function emptyRange(request: RunRequest, candles: Candles): AppError {
  const range = `${request.symbol} ${request.timeframe}`
  const stored =
    candles.length === 0
      ? 'there are none before --to'
      : `the last one before the end of the run opens at ${formatTime(candles.time[candles.length - 1]!)}`
  return new AppError(
    'NO_CANDLES',
    `no candle of ${range} lies in the range asked for: ${stored}`,
    {
      hint: 'assay data list shows what is stored; give --from and --to within it, --from first',
    },
  )
}

function namesOf({ strategies }: RunRequest): string {
  return `strategy ${strategies.map(({ strategy }) => strategy.name).join(', ')}`
}

function boundsOf(request: RunRequest, input: BacktestInput, outcome: BacktestOutcome): Bounds {
  const spec: RunSpec = { ...input.spec, path: 'optimistic' }
  const known = knownColumns(input, outcome)
  const other = guarded(namesOf(request), () => runBacktest({ ...input, spec, known }))
  const total = ({ metrics }: BacktestOutcome): Bounds['optimistic'] => ({
    finalEquity: metrics.finalEquity,
    totalReturn: metrics.totalReturn,
  })
  return { pessimistic: total(outcome), optimistic: total(other) }
}

/** The columns that a run has computed, for another over the same candles. */
function knownColumns({ spec }: BacktestInput, { columns }: BacktestOutcome): KnownColumns {
  const byKey = new Map<string, Float64Array>()
  for (const [k, leg] of spec.legs.entries()) {
    for (const [name, { key }] of Object.entries(indicatorsOf(leg))) {
      byKey.set(key, columns[k]![name]!)
    }
  }
  return ({ key }) => byKey.get(key)
}

function reportOf(
  request: RunRequest,
  data: RunData,
  { candles, first }: BacktestInput,
  outcome: BacktestOutcome,
  bounds: Bounds | null,
): Report {
  const cut = cutCandles(candles, first, candles.length)
  const manifest = describeRun(request, data, cut, decisionTime(candles, outcome.decideFrom))
  const ground = { data: [data.main.hash], costs: request.costs }
  let hash: string | undefined
  let curve: string | undefined
  return {
    runId: runId(manifest),
    get resultHash() {
      return (hash ??= resultHash(outcome, ground))
    },
    get curveHash() {
      return (curve ??= curveHash(outcome.equity))
    },
    manifest,
    origin: originOf(data.main, cut),
    metrics: outcome.metrics,
    ruinedAt: outcome.ruinedAt,
    stop: accountStop({
      ...outcome,
      timeframeMs: candles.timeframeMs,
      maxDrawdown: request.limits.maxDrawdown,
    }),
    openPositions: outcome.openPositions,
    orders: outcome.orders,
    orderLines: linesOf(outcome, candles.length, first),
    trades: outcome.trades,
    warnings: warningsOf(sourcedRequest(request, data), cut, outcome, bounds),
    candles: cut,
    equity: outcome.equity,
    indicators: outcome.columns.map(columns => cutColumns(columns, first)),
    bounds,
  }
}

/** Where orders rested, by index of the candles of the run itself. */
function linesOf({ orderLog }: BacktestOutcome, end: number, first: number): readonly OrderLine[] {
  const lines = orderLog?.lines(end) ?? []
  return lines.map(line => ({ ...line, from: line.from - first, to: line.to - first }))
}

/** The first event of a run: what holds from its start. */
export function settingsEvent(
  request: RunRequest,
  data: RunData,
  input: BacktestInput,
): TradingEvent {
  const candles = cutCandles(input.candles, input.first, input.candles.length)
  const { decide_from: _unknownYet, ...settings } = describeRun(request, data, candles, null)
  return {
    type: 'settings.changed',
    time: candles.time[0]!,
    symbol: request.symbol,
    strategy: request.strategies.map(({ strategy }) => strategy.name).join('+'),
    settings,
  }
}

/** Open time of the candle at which strategies were first asked; null where they never were. */
export function decisionTime(candles: Candles, index: number): Millis | null {
  return index < candles.length ? candles.time[index]! : null
}

function cutColumns(columns: LegColumns, first: number): LegColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.subarray(first)]),
  )
}

/** Length of the finer timeframe, checked against the run's. @throws AppError INVALID_TIMEFRAME */
export function checkDetail(timeframe: string, detail: string): string {
  const [coarse, fine] = [timeframeMs(timeframe), timeframeMs(detail)]
  if (fine < coarse && coarse % fine === 0) return detail
  throw new AppError(
    'INVALID_TIMEFRAME',
    `--detail "${detail}" does not divide the timeframe ${timeframe}`,
    {
      hint: `give a finer timeframe that is stored, for example --detail 1m`,
    },
  )
}
