import { heldEarly } from '../../../backtest/portfolio/held-markets.js'
import {
  reportMarkets,
  runPortfolioRequest,
  type PortfolioReport,
} from '../../../backtest/portfolio/portfolio-run.js'
import { portfolioOfSession } from '../../../backtest/portfolio/session-request.js'
import type { RunData } from '../../../backtest/run/record/run-request.js'
import type { Report } from '../../../backtest/run/record/report.js'
import { reportSession, runRequest } from '../../../backtest/run/run.js'
import { formatTime } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { EventRecord } from '../../../core/ports/research/events.js'
import type { SessionRecord } from '../../../core/ports/trading/sessions.js'
import type { SessionFacts } from '../../../report/model/run/session-section.js'
import { writeReportPage } from '../../../report/model/run/report-page.js'
import { loadRunData, refuseOverwriting, writeAsked } from '../../backtest/run-execution.js'
import { writePortfolio } from '../../portfolio/portfolio.js'
import { textOption, type Optional } from '../../options/options.js'
import { eventsOf, seenBy } from '../../shortfall/replay-live.js'
import type { Workspace } from '../../workspace/compose.js'
import type { Shown } from '../../output/output.js'
import { nextLine } from '../../output/next-line.js'
import { stampedEvent } from './event-text.js'
import { checkSession } from './session-check.js'
import { findSession, standingOf } from './session-lookup.js'
import { manifestOfSession, storedRequest } from './session-manifest.js'

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
  const { report, portfolio, difference } = await reportOf(workspace, record)
  const answered = (page: string | null): Shown => ({
    text: `report  ${page}\n${nextLine(`assay sessions show ${sessionId}`)}`,
    json: { session_id: sessionId, report: page, same_as_engine: difference === null },
  })
  if (portfolio !== null) return answered(await writePortfolio(workspace, portfolio, path))
  const events = await eventsOf(store, sessionId)
  const facts = factsOf(record, { events, difference, standing: standingOf(record, now) })
  const about = `${record.strategies.join('+')} ${record.symbols.join(',')} ${record.timeframe}`
  const subject = { label: 'Session', about, isStudy: false }
  const page = await writeAsked(
    workspace,
    { path, name: `session-${sessionId}`, subject },
    (target, pages) => writeReportPage(report, target, { pages, session: facts }),
  )
  return answered(page)
}

/** What a session has computed on one symbol or on several, and what of it does not follow. */
type Computed = { readonly difference: string | null } & (
  | { readonly report: Report; readonly portfolio: null }
  | { readonly report: null; readonly portfolio: PortfolioReport }
)

/** What a session has computed, and the first of its events that follows from nothing that entered it. */
async function reportOf(workspace: Workspace, record: SessionRecord): Promise<Computed> {
  if (record.feed === 'replay') return replayed(workspace, record)
  const { request, data } = await seenBy(workspace, await workspace.sessions(), record)
  const { session, difference } = await checkSession(workspace, record)
  const { engine } = session
  const asked = portfolioOfSession(request)
  if (asked === null) {
    const finished = { engine, columns: session.columnsOf(0) }
    const report = reportSession(request.runs[0]!, data[0]!, finished)
    return { report, portfolio: null, difference }
  }
  const endedEarly = heldEarly(engine)
  const portfolio = reportMarkets(asked, data, { engine, endedEarly })
  if (portfolio.outcome.time.length === engine.curve.length) {
    return { report: null, portfolio, difference }
  }
  throw new AppError(
    'USAGE',
    `session ${record.sessionId} was changed, or went on without a candle: it has no page of its own`,
    { hint: `assay replay --live ${record.sessionId} compares it with the engine` },
  )
}

/** A session over stored candles is the backtest of them, where nobody ordered anything of it. */
async function replayed(workspace: Workspace, record: SessionRecord): Promise<Computed> {
  const request = await storedRequest(workspace, manifestOfSession(record))
  const data: RunData[] = []
  for (const run of request.runs) data.push(await loadRunData(workspace, run))
  const asked = portfolioOfSession(request)
  const computed =
    asked === null
      ? { report: runRequest(request.runs[0]!, data[0]!), portfolio: null, difference: null }
      : { report: null, portfolio: runPortfolioRequest(asked, data), difference: null }
  const { resultHash } = computed.report ?? computed.portfolio
  if (resultHash === record.resultHash) return computed
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
  const lines = told.map(stampedEvent)
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
