import { EventLog } from '../backtest/event-log.js'
import { positionRecords } from '../backtest/position-records.js'
import type { Report } from '../backtest/report.js'
import { resultJson } from '../backtest/result-json.js'
import { summarise } from '../backtest/summary.js'
import { EventBus } from '../core/event-bus.js'
import type { Workspace } from './compose.js'
import { isSet, textFlag, type Flags } from './flags.js'
import { execute, recordOf, refuseOverwriting, writePage } from './run-execution.js'
import { readRunRequest } from './run-input.js'

/** What a backtest prints: a summary for people, an object for programs. */
export interface BacktestAnswer {
  readonly summary: string
  readonly json: unknown
}

/** Runs, stores and reports. @throws AppError for whatever in the input does not hold */
export async function backtest(
  workspace: Workspace,
  reference: string | undefined,
  flags: Flags,
): Promise<BacktestAnswer> {
  const path = textFlag(flags, 'report')
  if (path !== undefined && path !== 'none') refuseOverwriting(path)
  const request = await readRunRequest(reference, flags, workspace.home.cache)
  const log = isSet(flags, 'events') ? new EventLog() : null
  const bus = log && new EventBus(log)
  if (log !== null || workspace.home.databaseUrl !== null) workspace.prepare()
  const report = await execute(workspace, request, {
    bounds: isSet(flags, 'bounds'),
    ...(bus && { sink: event => bus.publish(event) }),
  })
  const [page] = await Promise.all([
    writePage(workspace, report, path),
    storeAll(workspace, report, log),
  ])
  return answer(workspace, report, page, log)
}

async function storeAll(workspace: Workspace, report: Report, log: EventLog | null): Promise<void> {
  if (log === null) return workspace.keepRun(recordOf(report))
  await (await workspace.runs()).save(recordOf(report))
  const events = await workspace.events()
  await events.append(report.runId, log.records())
  const positions = await workspace.positions()
  await positions.save(report.runId, positionRecords(log.events))
}

function answer(
  workspace: Workspace,
  report: Report,
  page: string | null,
  log: EventLog | null,
): BacktestAnswer {
  const lines = [summarise(report, { colour: workspace.output.colour })]
  if (page !== null) lines.push(`report  ${page}`)
  if (log !== null) lines.push(`events  ${eventCounts(log)} (assay runs events ${report.runId})`)
  return { summary: lines.join('\n'), json: { ...resultJson(report), report: page } }
}

/** `52 signal, 20 trade.executed`, in the order of the events' first appearance. */
function eventCounts(log: EventLog): string {
  const counts = new Map<string, number>()
  for (const { type } of log.events) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, count]) => `${count} ${type}`).join(', ')
}
