import { nextLine } from '../output/next-line.js'
import { portfolioJson } from '../../backtest/portfolio/portfolio-json.js'
import type { PortfolioRequest } from '../../backtest/portfolio/portfolio-request.js'
import {
  runPortfolioRequest,
  type PortfolioReport,
} from '../../backtest/portfolio/portfolio-run.js'
import { summarisePortfolio } from '../../report/model/portfolio/portfolio-summary.js'
import type { RunData } from '../../backtest/run/record/run-request.js'
import type { AppError } from '../../core/errors.js'
import type { RunRecord } from '../../core/ports/research/runs.js'
import type { Workspace } from '../workspace/compose.js'
import { readPortfolioRequest, type PortfolioOptions } from './portfolio-input.js'
import { unlessFull } from '../backtest/kept-result.js'
import { loadRunData, timedRun, writeAsked } from '../backtest/run-execution.js'
import { timed } from '../strategy/guard/time-limit.js'
import { timeLimitOption } from '../options/options.js'
import { readReportPath } from '../backtest/report-path.js'

/** Under this name runs and the trial ledger list a portfolio. */
const STRATEGY = 'portfolio'

/** What a portfolio prints: a summary for people, an object for programs. */
export interface PortfolioAnswer {
  readonly summary: string
  readonly json: unknown
  /** What of it could not be kept, to end with once it is shown; null for nothing. */
  readonly unkept: AppError | null
}

/** Runs, stores and reports. @throws AppError for whatever in the input does not hold */
export async function portfolio(
  workspace: Workspace,
  options: PortfolioOptions,
): Promise<PortfolioAnswer> {
  const path = readReportPath(options)
  const limitMs = timeLimitOption(options)
  const request = await readPortfolioRequest(options, workspace.home.cache)
  return answerOf(workspace, request, { path, limitMs })
}

/** Runs a portfolio, stores it and writes its page, to a path or among the reports. */
export async function answerOf(
  workspace: Workspace,
  request: PortfolioRequest,
  { path, limitMs = null }: { readonly path: string | undefined; readonly limitMs?: number | null },
): Promise<PortfolioAnswer> {
  const report = await executePortfolio(workspace, request, limitMs)
  let page = null as string | null
  const unkept = await unlessFull({
    'the run': () => workspace.keepRun(recordOf(report)),
    'the page of the run': async () => (page = await writePortfolio(workspace, report, path)),
  })
  const line = page === null ? '' : `\nreport  ${page}`
  const next = nextLine(`assay runs verify ${report.runId}`, 'does it come out again?')
  return {
    summary: `${summarisePortfolio(report)}${line}\n${next}`,
    json: { ...portfolioJson(report), report: page },
    unkept,
  }
}

/** Writes the page of a portfolio, under its run's id unless a path is given. */
export function writePortfolio(
  workspace: Workspace,
  report: PortfolioReport,
  path: string | undefined,
): Promise<string | null> {
  const subject = { label: 'Portfolio', about: '', isStudy: false, runs: [report.runId] }
  return writeAsked(workspace, { path, name: report.runId, subject }, async (target, beside) => {
    const { writePortfolioPage } = await import('../../report/model/portfolio/portfolio-page.js')
    await writePortfolioPage(report, target, beside)
  })
}

/**
 * Loads the candles of every symbol and runs. Nothing is stored yet.
 * @throws AppError NO_CANDLES, OUT_OF_TIME
 */
export async function executePortfolio(
  workspace: Workspace,
  request: PortfolioRequest,
  limitMs: number | null = null,
): Promise<PortfolioReport> {
  const data: RunData[] = []
  for (const run of request.runs) data.push(await loadRunData(workspace, run))
  return timed(timedRun(request.runs, data, limitMs), () => runPortfolioRequest(request, data))
}

function recordOf(report: PortfolioReport): RunRecord {
  const json = portfolioJson(report)
  return {
    runId: report.runId,
    createdAt: new Date().toISOString(),
    strategy: STRATEGY,
    symbol: report.manifest.symbol,
    timeframe: report.manifest.timeframe,
    resultHash: report.resultHash,
    curveHash: report.curveHash,
    manifest: report.manifest,
    metrics: json.metrics,
    warnings: report.warnings,
    trades: json.trades,
  }
}
