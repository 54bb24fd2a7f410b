import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { writeReportPage } from '../../report/model/run/report-page.js'
import type { Report } from '../../backtest/run/record/report.js'
import type { Beside } from '../../report/model/page/page-links.js'
import { newsOf } from '../../backtest/diagnosis/diagnosis.js'
import { resultJson } from '../../backtest/results/result-json.js'
import { candlesFor, runRequest } from '../../backtest/run/run.js'
import type { HashedCandles, RunData, RunRequest } from '../../backtest/run/record/run-request.js'
import { sourcedSymbol } from '../../core/candles/symbols.js'
import { withReferences } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { TradingEvent } from '../../core/account/events.js'
import type { RunRecord } from '../../core/ports/research/runs.js'
import { dataHash } from '../../data/cache/data-hash.js'
import { describeDiskError, makeFolder } from '../../data/files/disk-errors.js'
import type { Workspace } from '../workspace/compose.js'
import { fetchedFrom, loadReferences } from './references.js'
import { linkBack, pagesBeside, type PageSubject } from './pages-beside.js'
import { timed, type TimedRun } from '../strategy/guard/time-limit.js'

/**
 * Loads what a request needs from the workspace, runs it, and reports it. Nothing is stored yet.
 * @throws AppError OUT_OF_TIME where it takes longer than its limit
 */
export async function execute(
  workspace: Workspace,
  request: RunRequest,
  {
    limitMs = null,
    ...options
  }: { bounds?: boolean; sink?: (event: TradingEvent) => void; limitMs?: number | null } = {},
): Promise<Report> {
  const data = await loadRunData(workspace, request)
  return timed(timedRun([request], [data], limitMs), () => runRequest(request, data, options))
}

/** What is said of requests that run too long, and how long they may. */
export function timedRun(
  requests: readonly RunRequest[],
  data: readonly RunData[],
  limitMs: number | null = null,
): TimedRun {
  const names = requests.flatMap(({ strategies }) => strategies.map(one => one.strategy.name))
  const candles = data.reduce((sum, { main }) => sum + main.candles.length, 0)
  return { names: [...new Set(names)].join(', '), candles, limitMs }
}

/** The stored candles that a request reads. @throws AppError NO_CANDLES */
export async function loadRunData(workspace: Workspace, request: RunRequest): Promise<RunData> {
  const main = await loadFor(workspace, request, request.timeframe)
  const detail = request.detail === null ? null : await loadFor(workspace, request, request.detail)
  const references = await loadReferences(workspace.candles, request, main.candles)
  if (references.length === 0) return { main, detail }
  const candles = withReferences(main.candles, references)
  return { main: { ...main, candles }, detail, references }
}

async function loadFor(
  workspace: Workspace,
  request: RunRequest,
  timeframe: string,
): Promise<HashedCandles> {
  const { dataSet, candles } = await workspace.candles.load(sourcedSymbol(request), timeframe)
  const cut = candlesFor(request, candles)
  const hash = cut === candles ? dataSet.dataHash : dataHash(cut)
  return { candles: cut, hash, ...fetchedFrom(dataSet) }
}

/** A run as it is stored: under its id, so that a run made again replaces itself. */
export function recordOf(report: Report): RunRecord {
  const result = resultJson(report)
  return {
    runId: report.runId,
    createdAt: new Date().toISOString(),
    strategy: report.manifest.strategies.map(({ name }) => name).join('+'),
    symbol: report.manifest.symbol,
    timeframe: report.manifest.timeframe,
    resultHash: report.resultHash,
    curveHash: report.curveHash,
    manifest: report.manifest,
    metrics: result.metrics,
    warnings: report.warnings,
    trades: result.trades,
  }
}

/** Writes the page of a run, under the run's id unless a path is given; `sweeps` are those it comes from. */
export function writePage(
  workspace: Workspace,
  report: Report,
  path: string | undefined,
  sweeps: readonly string[] = [],
): Promise<string | null> {
  const { strategies, symbol, timeframe } = report.manifest
  const names = strategies.map(({ name }) => name).join('+')
  const about = `${names} ${symbol} ${timeframe}`
  const subject = { label: 'Run', about, isStudy: false, runs: [report.runId], sweeps }
  return writeAsked(workspace, { path, name: report.runId, subject }, (target, pages) =>
    writeReportPage(report, target, { remarks: newsOf(report), pages }),
  )
}

/**
 * Writes a page at the path of `--report`, or among the reports under a name; `none` writes nothing.
 * Pages in its folder that belong to its subject are linked with it, both ways.
 * @returns its path, or null
 * @throws AppError FILE_EXISTS, DISK
 */
export async function writeAsked(
  { home }: Workspace,
  { path, name, subject }: AskedPage,
  write: (target: string, beside: Beside) => Promise<void>,
): Promise<string | null> {
  if (path === 'none') return null
  const target = path ?? join(home.reports, `${name}.html`)
  await writeHtml(target, async () => {
    const beside = await pagesBeside(target, subject)
    await write(target, beside)
    await linkBack(target, subject, beside)
  })
  return target
}

/** A page that may have been asked for. */
interface AskedPage {
  /** Of `--report`. */
  readonly path: string | undefined
  /** What its file is called among the reports, without its ending. */
  readonly name: string
  readonly subject: PageSubject
}

/** Writes a page where one may be written. @throws AppError FILE_EXISTS, DISK */
async function writeHtml(target: string, write: () => Promise<void>): Promise<void> {
  try {
    refuseOverwriting(target)
    makeFolder(dirname(resolve(target)))
    await write()
  } catch (error) {
    throw describeDiskError(error, target) ?? error
  }
}

/**
 * Only a page may be written over: a slip of the path must not cost a file of the user's.
 * @throws AppError FILE_EXISTS
 */
export function refuseOverwriting(target: string): void {
  const there = statSync(target, { throwIfNoEntry: false })
  if (there === undefined || (there.isFile() && /\.html?$/i.test(target))) return
  const what = there.isDirectory() ? 'is a folder' : 'exists and is not an HTML file'
  throw new AppError('FILE_EXISTS', `--report "${target}" ${what}; the report was not written`, {
    hint: 'give the path of a new file, or of one that ends in .html',
    data: { file: target },
  })
}
