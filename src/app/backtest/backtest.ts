import { nextLine } from '../output/next-line.js'
import { TERMINAL_WIDTH, wrap } from '../../core/text-layout.js'
import { EventLog } from '../../backtest/run/record/event-log.js'
import { cardJson, metricCards, type MetricCard } from '../../backtest/results/metric-cards.js'
import { measureAs, type MetricsAs } from '../../backtest/metric-profiles/profile.js'
import { positionRecords } from '../../backtest/run/record/position-records.js'
import type { Report } from '../../backtest/run/record/report.js'
import type { RunRequest } from '../../backtest/run/record/run-request.js'
import { newsOf } from '../../backtest/diagnosis/diagnosis.js'
import { resultJson } from '../../backtest/results/result-json.js'
import { summarise } from '../../report/model/run/summary.js'
import type { AppError } from '../../core/errors.js'
import { EventBus } from '../../core/account/event-bus.js'
import type { Workspace } from '../workspace/compose.js'
import { timeLimitOption, isOn, textOption } from '../options/options.js'
import type { BacktestOptions } from './input/run-options.js'
import { cardsText, metricsAsJson, metricsAsText } from './metrics/metric-tables.js'
import { readProfile } from './metrics/metrics-as.js'
import { unlessFull } from './kept-result.js'
import { execute, recordOf, writePage } from './run-execution.js'
import { readReportPath } from './report-path.js'
import { readRunRequest } from './input/run-input.js'
import { readSignalOptions, requestSignals } from './signal-input.js'

/** What a backtest prints: a summary for people, an object for programs. */
export interface BacktestAnswer {
  readonly summary: string
  readonly json: unknown
  /** What of it could not be kept, to end with once it is shown; null for nothing. */
  readonly unkept: AppError | null
}

/** A run that was made, kept, and written as a page. */
export interface KeptRun {
  readonly report: Report
  /** Path of the page; null where none was to be written. */
  readonly page: string | null
  readonly log: EventLog | null
  /** With `--cards`. */
  readonly cards: readonly MetricCard[] | null
  /** With `--metrics-as`. */
  readonly metricsAs: MetricsAs | null
  /** What could not be kept because the disk is full; null for nothing. */
  readonly unkept: AppError | null
}

/** Runs, stores and reports. @throws AppError for whatever in the input does not hold */
export async function backtest(
  workspace: Workspace,
  options: BacktestOptions,
): Promise<BacktestAnswer> {
  const kept = await runAndKeep(workspace, options)
  const { unkept } = kept
  return { summary: backtestSummary(workspace, kept), json: backtestJson(kept), unkept }
}

/** Runs, stores and writes the page. @throws AppError for whatever in the input does not hold */
export async function runAndKeep(workspace: Workspace, options: BacktestOptions): Promise<KeptRun> {
  const path = readReportPath(options)
  const profile = readProfile(options)
  const request = await requestOf(workspace, options)
  const log = isOn(options, 'events') ? new EventLog() : null
  const bus = log && new EventBus(log)
  if (log !== null || workspace.home.databaseUrl !== null) workspace.prepare()
  const report = await execute(workspace, request, {
    bounds: isOn(options, 'bounds'),
    limitMs: timeLimitOption(options),
    ...(bus && { sink: event => bus.publish(event) }),
  })
  let page = null as string | null
  const unkept = await unlessFull({
    'the page of the run': async () => (page = await writePage(workspace, report, path)),
    'the run': () => storeAll(workspace, report, log),
  })
  return {
    report,
    unkept,
    page,
    log,
    cards: isOn(options, 'cards') ? metricCards(report) : null,
    metricsAs: profile && measureAs(report, profile),
  }
}

/** What was asked for: decisions of a file, or a strategy. */
export async function requestOf(
  workspace: Workspace,
  options: BacktestOptions,
): Promise<RunRequest> {
  const asked = await readSignalOptions(options)
  if (asked !== null) return requestSignals(workspace, asked, options)
  return readRunRequest(textOption(options, 'strategy'), options, workspace.home.cache)
}

async function storeAll(workspace: Workspace, report: Report, log: EventLog | null): Promise<void> {
  if (log === null) return workspace.keepRun(recordOf(report))
  await (await workspace.runs()).save(recordOf(report))
  const events = await workspace.events()
  await events.replace(report.runId, log.records())
  const positions = await workspace.positions()
  await positions.save(report.runId, positionRecords(log.events, report.trades))
}

/** What `--json` prints of a run. */
export function backtestJson({ report, page, cards, metricsAs }: KeptRun): object {
  return {
    ...resultJson(report),
    ...(cards && { cards: cards.map(cardJson) }),
    ...(metricsAs && { metrics_as: metricsAsJson(metricsAs) }),
    report: page,
  }
}

/** What a backtest prints for people. */
export function backtestSummary(workspace: Workspace, kept: KeptRun): string {
  return [...runSummary(workspace, kept), nextOfRun(kept.report)].join('\n')
}

/** What is said of a run, before what comes next. */
export function runSummary(
  { output }: Workspace,
  { report, page, log, cards, metricsAs }: KeptRun,
): readonly string[] {
  const lines = [summarise(report, { colour: output.colour, remarks: newsOf(report) })]
  if (cards !== null) lines.push(`${cardsText(cards)}\n`)
  if (metricsAs !== null) lines.push(`${metricsAsText(metricsAs)}\n`)
  if (page !== null) lines.push(`report  ${page}`)
  if (log !== null) {
    const events = `events  ${eventCounts(log)} (assay runs events ${report.runId})`
    lines.push(...wrap(events, TERMINAL_WIDTH, '        '))
  }
  return lines
}

/** What comes after a run: the question whether it is luck; where it did nothing, what it saw. */
export function nextOfRun({ runId, trades, openPositions = [] }: Report): string {
  return trades.length + openPositions.length === 0
    ? nextLine(`assay trace ${runId}`, 'what it saw and decided')
    : nextLine(`assay validate ${runId}`, 'is it more than luck?')
}

/** `52 signal, 20 trade.executed`, in the order of the events' first appearance. */
function eventCounts(log: EventLog): string {
  const counts = new Map<string, number>()
  for (const { type } of log.events) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, count]) => `${count} ${type}`).join(', ')
}
