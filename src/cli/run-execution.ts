import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeReportPage } from '../backtest/report-page.js'
import type { Report } from '../backtest/report.js'
import { resultJson } from '../backtest/result-json.js'
import { candlesFor, runRequest } from '../backtest/run.js'
import type { HashedCandles, RunRequest } from '../backtest/run-request.js'
import type { TradingEvent } from '../core/events.js'
import { dataHash } from '../data/data-hash.js'
import type { Workspace } from './compose.js'

/**
 * Loads what a request needs from the workspace, runs it, and reports it. Nothing is stored yet,
 * but the database opens meanwhile, because the run will be.
 */
export async function execute(
  workspace: Workspace,
  request: RunRequest,
  options: { bounds?: boolean; sink?: (event: TradingEvent) => void } = {},
): Promise<Report> {
  workspace.prepare()
  const main = await loadFor(workspace, request, request.timeframe)
  const detail = request.detail === null ? null : await loadFor(workspace, request, request.detail)
  return runRequest(request, { main, detail }, options)
}

async function loadFor(
  workspace: Workspace,
  request: RunRequest,
  timeframe: string,
): Promise<HashedCandles> {
  const { dataSet, candles } = await workspace.candles.load(request.symbol, timeframe)
  const cut = candlesFor(request, candles)
  return { candles: cut, hash: cut === candles ? dataSet.dataHash : dataHash(cut) }
}

/** Stores a run under its id; a run made again replaces itself. */
export async function storeRun(workspace: Workspace, report: Report): Promise<void> {
  const result = resultJson(report)
  const runs = await workspace.runs()
  await runs.save({
    runId: report.runId,
    createdAt: new Date().toISOString(),
    strategy: report.manifest.strategies.map(({ name }) => name).join('+'),
    symbol: report.manifest.symbol,
    timeframe: report.manifest.timeframe,
    resultHash: report.resultHash,
    manifest: report.manifest,
    metrics: result.metrics,
    warnings: report.warnings,
    trades: result.trades,
  })
}

/** Where the page of a run goes unless told otherwise. */
function reportPath(workspace: Workspace, report: Report): string {
  return join(workspace.home.reports, `${report.runId}.html`)
}

/** Writes the page; `none` writes nothing. @returns its path, or null */
export async function writePage(
  workspace: Workspace,
  report: Report,
  path: string | undefined,
): Promise<string | null> {
  if (path === 'none') return null
  const target = path ?? reportPath(workspace, report)
  await mkdir(dirname(target), { recursive: true })
  await writeReportPage(report, target)
  return target
}
