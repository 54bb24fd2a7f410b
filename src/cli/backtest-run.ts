import { EventLog } from '../backtest/event-log.js'
import { positionRecords } from '../backtest/position-records.js'
import type { Report } from '../backtest/report.js'
import { resultJson } from '../backtest/result-json.js'
import { summarise } from '../backtest/summary.js'
import type { Workspace } from './compose.js'
import { isSet, textFlag, type Flags } from './flags.js'
import { execute, storeRun, writePage } from './run-execution.js'
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
  const request = await readRunRequest(reference, flags, workspace.home.cache)
  const log = isSet(flags, 'events') ? new EventLog() : null
  const report = await execute(workspace, request, {
    bounds: isSet(flags, 'bounds'),
    ...(log && { sink: event => log.add(event) }),
  })
  const [page] = await Promise.all([
    writePage(workspace, report, textFlag(flags, 'report')),
    storeAll(workspace, report, log),
  ])
  return answer(workspace, report, page, log)
}

async function storeAll(workspace: Workspace, report: Report, log: EventLog | null): Promise<void> {
  await storeRun(workspace, report)
  if (log === null) return
  const events = await workspace.events()
  await events.append(report.runId, log.records(report.manifest))
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
  if (log !== null)
    lines.push(`events  ${log.events.length} stored, link ${log.lastLink.slice(0, 16)}`)
  return { summary: lines.join('\n'), json: { ...resultJson(report), report: page } }
}
