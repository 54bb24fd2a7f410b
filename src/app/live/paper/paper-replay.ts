import { measureAs } from '../../../backtest/metric-profiles/profile.js'
import { metricCards } from '../../../backtest/results/metric-cards.js'
import { portfolioJson } from '../../../backtest/portfolio/portfolio-json.js'
import type { PortfolioReport } from '../../../backtest/portfolio/portfolio-run.js'
import type { SessionRequest } from '../../../backtest/portfolio/session-request.js'
import type { Report } from '../../../backtest/run/record/report.js'
import type { RunData } from '../../../backtest/run/record/run-request.js'
import { AppError } from '../../../core/errors.js'
import type { SessionCommit } from '../../../core/ports/trading/sessions.js'
import { systemClock } from '../../../data/sources/clock.js'
import { backtestJson, runSummary, type KeptRun } from '../../backtest/backtest.js'
import { readProfile } from '../../backtest/metrics/metrics-as.js'
import { readReportPath } from '../../backtest/report-path.js'
import { loadRunData, writePage } from '../../backtest/run-execution.js'
import { isOn, optionLabel, textOption, timeLimitOption } from '../../options/options.js'
import { writePortfolio } from '../../portfolio/portfolio.js'
import { summarisePortfolio } from '../../../report/model/portfolio/portfolio-summary.js'
import type { Workspace } from '../../workspace/compose.js'
import { nextLine } from '../../output/next-line.js'
import type { PaperAnswer, PaperOptions, PaperWorld } from './paper-options.js'
import type { SessionPromotion } from '../promotion/session-promotion.js'
import { shareLines, symbolsText } from '../session/session-text.js'
import { awayText } from '../runner/session-surroundings.js'
import { replaySession, type ReplayEnd, type ReplayWorld } from './replay-session.js'
import { SETTINGS_POLL_MS, watchSettings } from '../settings/settings-watch.js'

/** A session over stored candles that is to be run. */
export interface AskedReplay {
  readonly options: PaperOptions
  readonly request: SessionRequest
  readonly sessionId: string
  readonly promotions: readonly SessionPromotion[]
}

/** Paper over stored candles, told as a backtest is, and compared with it. */
export async function paperReplay(
  workspace: Workspace,
  { options, request, sessionId, promotions }: AskedReplay,
  world: PaperWorld & { readonly onCommit: (commit: SessionCommit) => void },
): Promise<PaperAnswer> {
  const path = readReportPath(options)
  const profile = readProfile(options)
  const speed = readSpeed(options)
  if (request.allocation !== null) refuseOfOneSymbol(options)
  const data: RunData[] = []
  for (const run of request.runs) data.push(await loadRunData(workspace, run))
  const pace = speed === Infinity ? 'at once' : `${speed}× as fast as they were`
  world.onLine(`session ${sessionId} on ${symbolsText(request)}, stored candles, ${pace}`)
  for (const line of shareLines(request)) world.onLine(line)
  const end = await replaySession(
    {
      sessionId,
      request,
      data,
      speed,
      promotions,
      bounds: isOn(options, 'bounds'),
      limitMs: timeLimitOption(options),
    },
    {
      ...world,
      store: await workspace.sessions(),
      clock: systemClock,
      followSettings: await settingsOfReplay(workspace, { request, promotions, speed }),
      onAway: reason => workspace.output.log(awayText(reason)),
    },
  )
  if (end.kind === 'stopped') return stoppedAnswer(sessionId, end.reason)
  const told =
    end.kind === 'portfolio'
      ? await toldPortfolio(workspace, end.report, path)
      : await toldRun(workspace, end.report, { options, path, profile })
  const failure = differenceOf(sessionId, end)
  return {
    summary: [
      told.summary,
      `session ${sessionId}: ${failure === null ? 'same trades as the backtest' : 'DIFFERS from the backtest'}`,
      nextLine(`assay sessions show ${sessionId}`),
    ].join('\n'),
    json: { ...told.json, session_id: sessionId, same_as_backtest: failure === null },
    failure,
  }
}

interface Told {
  readonly summary: string
  readonly json: object
}

async function toldRun(
  workspace: Workspace,
  report: Report,
  {
    options,
    path,
    profile,
  }: {
    readonly options: PaperOptions
    readonly path: string | undefined
    readonly profile: ReturnType<typeof readProfile>
  },
): Promise<Told> {
  const kept: KeptRun = {
    report,
    page: path === undefined ? null : await writePage(workspace, report, path),
    log: null,
    cards: isOn(options, 'cards') ? metricCards(report) : null,
    metricsAs: profile && measureAs(report, profile),
    unkept: null,
  }
  return { summary: runSummary(workspace, kept).join('\n'), json: backtestJson(kept) }
}

async function toldPortfolio(
  workspace: Workspace,
  report: PortfolioReport,
  path: string | undefined,
): Promise<Told> {
  const page = path === undefined ? null : await writePortfolio(workspace, report, path)
  const line = page === null ? '' : `\nreport  ${page}`
  return {
    summary: `${summarisePortfolio(report)}${line}`,
    json: { ...portfolioJson(report), report: page },
  }
}

/** What is told of a run of one symbol only. */
function refuseOfOneSymbol(options: PaperOptions): void {
  const name = (['bounds', 'cards', 'metricsAs'] as const).find(
    one => (options[one] ?? false) !== false,
  )
  if (name === undefined) return
  throw new AppError('USAGE', `${optionLabel(name)} is for a session on one symbol`, {
    hint: 'leave it out, or trade one symbol',
  })
}

/**
 * At a speed that people can follow, a session on a promotion goes by the settings of its symbol, as it
 * would on a feed. Its standing is shown in no shared place: its time is not ours.
 */
async function settingsOfReplay(
  workspace: Workspace,
  {
    request,
    promotions,
    speed,
  }: Pick<AskedReplay, 'request' | 'promotions'> & { readonly speed: number },
): Promise<ReplayWorld['followSettings']> {
  if (promotions.length === 0 || speed === Infinity) return null
  const state = await workspace.state()
  const standing = { failure: null, again: () => undefined }
  const watched = { request, promotions, cache: workspace.home.cache, standing }
  return signal =>
    watchSettings(state, { ...watched, everyMs: SETTINGS_POLL_MS }, { clock: systemClock, signal })
}

function readSpeed(options: PaperOptions): number {
  const text = textOption(options, 'speed') ?? '1'
  const speed = text === 'max' ? Infinity : Number(text)
  if (speed > 0) return speed
  throw new AppError('USAGE', `--speed "${text}" is not a number above 0`, {
    hint: 'write how many times faster stored candles come than they were, for example 60, or max',
  })
}

function stoppedAnswer(sessionId: string, reason: string): PaperAnswer {
  return {
    summary: `session ${sessionId} ended before its candles did: ${reason}\n${nextLine(`assay sessions show ${sessionId}`)}`,
    json: { session_id: sessionId, state: 'stopped', reason },
    failure: null,
  }
}

/** Nobody ordered anything of a session that took all its candles, or what it did would not be comparable. */
function differenceOf(
  sessionId: string,
  { report, backtest, isSteered }: Exclude<ReplayEnd, { kind: 'stopped' }>,
): AppError | null {
  if (isSteered || report.resultHash === backtest.resultHash) return null
  return new AppError(
    'PARITY',
    `session ${sessionId} gave another result than the backtest of the same candles: ${report.resultHash.slice(0, 12)}, not ${backtest.resultHash.slice(0, 12)}`,
    { hint: `assay events tail --session ${sessionId} shows what happened in it` },
  )
}
