import type { Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { EventSink } from '../../core/account/events.js'
import { formatTime } from '../../core/candles/time.js'
import { guarded } from '../run/replay/decision-failure.js'
import { accountStop, type AccountStop } from '../run/record/account-stop.js'
import type { BacktestInput } from '../run/replay/outcome.js'
import { contentHash, curveHash, resultHash } from '../run/record/result-hash.js'
import { sourcedRequest } from '../run/record/run-request.js'
import { backtestInput } from '../run/run.js'
import { runPortfolio, type PortfolioOutcome } from './portfolio-backtest.js'
import { describePortfolio, type PortfolioManifest } from './portfolio-manifest.js'
import type { PortfolioData, PortfolioRequest } from './portfolio-request.js'
import { portfolioWarnings } from './portfolio-warnings.js'

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
  const inputs = request.runs.map((run, m) => backtestInput(run, data[m]!))
  checkOverlap(request, inputs)
  const { legs: _legs, ...spec } = inputs[0]!.spec
  const markets = inputs.map(({ spec: { legs }, ...input }) => ({ ...input, legs }))
  const outcome = guarded('a strategy of the portfolio', () =>
    runPortfolio({
      spec: { ...spec, allocation: request.allocation },
      markets,
      ...(sink && { sink }),
    }),
  )
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
