import type { Report } from '../../../backtest/run/record/report.js'
import { reportSession, runRequest } from '../../../backtest/run/run.js'
import { formatTime } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { EventRecord } from '../../../core/ports/events.js'
import type { SessionRecord } from '../../../core/ports/sessions.js'
import type { SessionFacts } from '../../../report/model/run/session-section.js'
import { writeReportPage } from '../../../report/model/run/report-page.js'
import { loadRunData, refuseOverwriting, writeAsked } from '../../backtest/run-execution.js'
import { requestOfRun } from '../../backtest/stored/stored-run.js'
import { textOption, type Optional } from '../../options/options.js'
import { eventsOf, seenBy } from '../../shortfall/replay-live.js'
import type { Workspace } from '../../workspace/compose.js'
import type { Shown } from '../../workspace/output.js'
import { nextLine } from '../../workspace/next-line.js'
import { eventText } from './event-text.js'
import { checkSession } from './session-check.js'
import { findSession, standingOf } from './session-lookup.js'
import { manifestOfSession } from './session-manifest.js'

export type SessionReportOptions = { readonly session: string } & Optional<{ output: string }>

const EVENTS_MAX = 50
/** What trading itself tells stands in the tables of the page. */
const TRADING: ReadonlySet<string> = new Set([
  'signal',
  'trade.executed',
  'position.updated',
  'order.placed',
  'order.cancelled',
])

/**
 * Writes the page of a session: the engine is given all that entered it, fills of a venue included.
 * @throws AppError UNKNOWN_SESSION, USAGE, FILE_EXISTS, DISK
 */
export async function reportOnSession(
  workspace: Workspace,
  options: SessionReportOptions,
  now: number = Date.now(),
): Promise<Shown> {
  const path = textOption(options, 'output')
  if (path !== undefined) refuseOverwriting(path)
  const store = await workspace.sessions()
  const { record } = await findSession(store, options.session)
  const { sessionId } = record
  const { report, difference } = await reportOf(workspace, record)
  const events = await eventsOf(store, sessionId)
  const facts = factsOf(record, { events, difference, standing: standingOf(record, now) })
  const about = `${record.strategies.join('+')} ${record.symbols.join(',')} ${record.timeframe}`
  const subject = { label: 'Session', about, isStudy: false }
  const page = await writeAsked(
    workspace,
    { path, name: `session-${sessionId}`, subject },
    (target, pages) => writeReportPage(report, target, { pages, session: facts }),
  )
  return {
    text: `report  ${page}\n${nextLine(`assay sessions show ${sessionId}`)}`,
    json: { session_id: sessionId, report: page, same_as_engine: difference === null },
  }
}

/** What a session has computed, and the first of its events that follows from nothing that entered it. */
async function reportOf(
  workspace: Workspace,
  record: SessionRecord,
): Promise<{ readonly report: Report; readonly difference: string | null }> {
  if (record.feed === 'replay') {
    return { report: await replayed(workspace, record), difference: null }
  }
  const { request, data } = await seenBy(workspace, await workspace.sessions(), record)
  const { session, difference } = await checkSession(workspace, record)
  const finished = { engine: session.engine, columns: session.columnsOf(0) }
  return { report: reportSession(request, data, finished), difference }
}

/** A session over stored candles is the backtest of them, where nobody ordered anything of it. */
async function replayed(workspace: Workspace, record: SessionRecord): Promise<Report> {
  const request = await requestOfRun(workspace, manifestOfSession(record))
  const report = runRequest(request, await loadRunData(workspace, request))
  if (report.resultHash === record.resultHash) return report
  const why = record.resultHash === null ? 'did not come to the end of its candles' : 'was steered'
  throw new AppError('USAGE', `session ${record.sessionId} ${why}: it has no page of its own`, {
    hint: `assay sessions show ${record.sessionId} has its trades`,
  })
}

function factsOf(
  record: SessionRecord,
  {
    events,
    difference,
    standing,
  }: {
    readonly events: readonly EventRecord[]
    readonly difference: string | null
    readonly standing: string
  },
): SessionFacts {
  const told = events.filter(({ type }) => !TRADING.has(type))
  const lines = told.map(event => eventText(event) ?? `${formatTime(event.time)}  ${event.type}`)
  const reason = record.reason === null ? '' : `: ${record.reason}`
  return {
    lead: leadOf(record),
    isVenue: record.mode === 'live',
    facts: [
      ['session', record.sessionId],
      ['mode', record.mode],
      ['state', `${standing}${reason}`],
      ['began', formatTime(record.createdAt)],
      ['candles of', record.feed],
      ['promotion', record.promotionId ?? 'none: it was started by flags'],
      [
        'engine',
        difference === null ? 'decides the same over what entered it' : `DIFFERS: ${difference}`,
      ],
    ],
    events: lines.slice(0, EVENTS_MAX),
    more: Math.max(0, lines.length - EVENTS_MAX),
  }
}

function leadOf({ mode, feed }: SessionRecord): string {
  if (mode === 'live') return 'A live session: fills are what the chain moved, with what it cost.'
  return feed === 'replay'
    ? 'A paper session over stored candles: fills are simulated, as in a backtest.'
    : 'A paper session on live candles: fills are simulated from the candles that followed.'
}
