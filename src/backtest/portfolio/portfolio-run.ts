import type { Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { EventSink, TradingEvent } from '../../core/account/events.js'
import type { Engine } from '../../core/engine/engine.js'
import { formatTime } from '../../core/candles/time.js'
import { guarded } from '../run/replay/decision-failure.js'
import { accountStop, type AccountStop } from '../run/record/account-stop.js'
import type { BacktestInput } from '../run/replay/outcome.js'
import { contentHash, curveHash, resultHash } from '../run/record/result-hash.js'
import { sourcedRequest } from '../run/record/run-request.js'
import { backtestInput } from '../run/run.js'
import {
  outcomeOf,
  runPortfolio,
  type MarketInput,
  type PortfolioOutcome,
  type PortfolioSpec,
} from './portfolio-backtest.js'
import { describePortfolio, type PortfolioManifest } from './portfolio-manifest.js'
import type { PortfolioData, PortfolioRequest } from './portfolio-request.js'
import { portfolioWarnings } from './portfolio-warnings.js'
import { strategyNames } from './session-request.js'

/** A portfolio that has run, with all that its summary shows. */
export interface PortfolioReport {
  readonly runId: string
  readonly resultHash: string
  readonly curveHash: string
  readonly manifest: PortfolioManifest
  readonly outcome: PortfolioOutcome
  /** Why and when nothing was entered any more; null where trading went on to the end. */
  readonly stop: AccountStop | null
  /** Sentences a reader must see. */
  readonly warnings: readonly string[]
}

/**
 * Runs a request and reports it.
 * @throws AppError NO_CANDLES where a symbol has none in the range, or the symbols no time in common;
 * STRATEGY_FAILED where a strategy throws
 */
export function runPortfolioRequest(
  request: PortfolioRequest,
  data: PortfolioData,
  sink?: EventSink,
): PortfolioReport {
  const { inputs, spec, markets } = portfolioInput(request, data)
  const outcome = guarded('a strategy of the portfolio', () =>
    runPortfolio({ spec, markets, ...(sink && { sink }) }),
  )
  return reportOf(request, data, inputs, outcome)
}

/** A session over several markets that has come to its end. */
export interface FinishedMarkets {
  /** Has followed its legs. */
  readonly engine: Engine
  /** Positions that were held, before the end, on markets that had ended before the last one. */
  readonly endedEarly: number
}

/** Reports what a session has computed over the candles of a request. */
export function reportMarkets(
  request: PortfolioRequest,
  data: PortfolioData,
  { engine, endedEarly }: FinishedMarkets,
): PortfolioReport {
  const { inputs, spec, markets } = portfolioInput(request, data)
  const ready = markets.map((market, m) => ({
    ...market,
    decideFrom: Math.min(engine.askedFrom(m), market.candles.length),
  }))
  const time = timesOf(inputs)
  return reportOf(
    request,
    data,
    inputs,
    outcomeOf(engine, { spec, markets: ready, time, endedEarly }),
  )
}

/** The first event of a session over several markets: what holds from its start. */
export function portfolioSettings(request: PortfolioRequest, data: PortfolioData): TradingEvent {
  const { inputs } = portfolioInput(request, data)
  const time = timesOf(inputs)
  const markets = inputs.map(({ candles, first }) => ({ first, decideFrom: candles.length }))
  const { symbols, ...whole } = describePortfolio(request, data, { time, markets })
  const unasked = symbols.map(({ decide_from: _unknownYet, ...part }) => part)
  return {
    type: 'settings.changed',
    time: time[0]!,
    symbol: whole.symbol,
    strategy: strategyNames(request).join('+'),
    settings: { ...whole, symbols: unasked },
  }
}

/** What a request asks of the engine. @throws AppError NO_CANDLES as a run of it does */
export function portfolioInput(
  request: PortfolioRequest,
  data: PortfolioData,
): {
  readonly inputs: readonly BacktestInput[]
  readonly spec: PortfolioSpec
  readonly markets: readonly MarketInput[]
} {
  const inputs = request.runs.map((run, m) => backtestInput(run, data[m]!))
  checkOverlap(request, inputs)
  const { legs: _legs, ...spec } = inputs[0]!.spec
  const markets = inputs.map(({ spec: { legs }, ...input }) => ({ ...input, legs }))
  return { inputs, spec: { ...spec, allocation: request.allocation }, markets }
}

/** Every open time of the run at which at least one market has a candle, ascending. */
function timesOf(inputs: readonly BacktestInput[]): Float64Array {
  const all = inputs.flatMap(({ candles, first }) => [
    ...candles.time.subarray(first, candles.length),
  ])
  return Float64Array.from(new Set(all)).sort()
}

function reportOf(
  request: PortfolioRequest,
  data: PortfolioData,
  inputs: readonly BacktestInput[],
  outcome: PortfolioOutcome,
): PortfolioReport {
  const manifest = describePortfolio(request, data, {
    time: outcome.time,
    markets: inputs.map(({ first }, m) => ({ first, ...outcome.markets[m]! })),
  })
  const sourced = { ...request, runs: request.runs.map((run, m) => sourcedRequest(run, data[m]!)) }
  return {
    runId: contentHash(manifest).slice(0, 16),
    resultHash: resultHash(outcome, {
      data: data.map(({ main }) => main.hash),
      costs: request.runs[0]!.costs,
    }),
    curveHash: curveHash(outcome.equity),
    manifest,
    outcome,
    stop: accountStop({ ...outcome, maxDrawdown: request.runs[0]!.limits.maxDrawdown }),
    warnings: portfolioWarnings(sourced, inputs, outcome),
  }
}

/** Symbols that are never there together are two runs, not one. */
function checkOverlap({ runs }: PortfolioRequest, inputs: readonly BacktestInput[]): void {
  const spans = inputs.map(({ candles, first }, m) => ({
    symbol: runs[m]!.symbol,
    first: candles.time[first]!,
    last: lastTime(candles),
  }))
  const late = spans.reduce((a, b) => (b.first > a.first ? b : a))
  const early = spans.reduce((a, b) => (b.last < a.last ? b : a))
  if (late.first <= early.last) return
  throw new AppError(
    'NO_CANDLES',
    `${early.symbol} and ${late.symbol} have no time in common: the last candle of ${early.symbol} opens at ${formatTime(early.last)}, the first of ${late.symbol} at ${formatTime(late.first)}`,
    {
      hint: 'assay data list shows what is stored; leave one of them out, or import what is missing',
    },
  )
}

function lastTime({ time, length }: Candles): number {
  return time[length - 1]!
}
