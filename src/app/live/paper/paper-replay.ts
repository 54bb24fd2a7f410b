import { measureAs } from '../../../backtest/metric-profiles/profile.js'
import { metricCards } from '../../../backtest/results/metric-cards.js'
import type { RunRequest } from '../../../backtest/run/record/run-request.js'
import { AppError } from '../../../core/errors.js'
import type { SessionCommit } from '../../../core/ports/sessions.js'
import { systemClock } from '../../../data/sources/clock.js'
import { backtestJson, runSummary, type KeptRun } from '../../backtest/backtest.js'
import { readProfile } from '../../backtest/metrics/metrics-as.js'
import { readReportPath } from '../../backtest/report-path.js'
import { loadRunData, writePage } from '../../backtest/run-execution.js'
import { isOn, textOption, timeLimitOption } from '../../options/options.js'
import type { Workspace } from '../../workspace/compose.js'
import { nextLine } from '../../workspace/next-line.js'
import type { PaperAnswer, PaperOptions, PaperWorld } from './paper-options.js'
import { awayText } from '../runner/session-surroundings.js'
import { replaySession, type ReplayEnd, type ReplayWorld } from './replay-session.js'
import { SETTINGS_POLL_MS, watchSettings } from '../settings/settings-watch.js'

/** A session over stored candles that is to be run. */
export interface AskedReplay {
  readonly options: PaperOptions
  readonly request: RunRequest
  readonly sessionId: string
  readonly promotionId: string | null
}

/** Paper over stored candles, told as a backtest is, and compared with it. */
export async function paperReplay(
  workspace: Workspace,
  { options, request, sessionId, promotionId }: AskedReplay,
  world: PaperWorld & { readonly onCommit: (commit: SessionCommit) => void },
): Promise<PaperAnswer> {
  const path = readReportPath(options)
  const profile = readProfile(options)
  const speed = readSpeed(options)
  const data = await loadRunData(workspace, request)
  const pace = speed === Infinity ? 'at once' : `${speed}× as fast as they were`
  world.onLine(`session ${sessionId} on ${request.symbol}, stored candles, ${pace}`)
  const end = await replaySession(
    {
      sessionId,
      request,
      data,
      speed,
      promotionId,
      bounds: isOn(options, 'bounds'),
      limitMs: timeLimitOption(options),
    },
    {
      ...world,
      store: await workspace.sessions(),
      clock: systemClock,
      followSettings: await settingsOfReplay(workspace, { request, promotionId, speed }),
      onAway: reason => workspace.output.log(awayText(reason)),
    },
  )
  if (end.kind === 'stopped') return stoppedAnswer(sessionId, end.reason)
  const kept: KeptRun = {
    report: end.report,
    page: path === undefined ? null : await writePage(workspace, end.report, path),
    log: null,
    cards: isOn(options, 'cards') ? metricCards(end.report) : null,
    metricsAs: profile && measureAs(end.report, profile),
    unkept: null,
  }
  const failure = differenceOf(sessionId, end)
  return {
    summary: [
      ...runSummary(workspace, kept),
      `session ${sessionId}: ${failure === null ? 'same trades as the backtest' : 'DIFFERS from the backtest'}`,
      nextLine(`assay sessions show ${sessionId}`),
    ].join('\n'),
    json: {
      ...backtestJson(kept),
      session_id: sessionId,
      same_as_backtest: failure === null,
    },
    failure,
  }
}

/**
 * At a speed that people can follow, a session on a promotion goes by the settings of its symbol, as it
 * would on a feed. Its standing is shown in no shared place: its time is not ours.
 */
async function settingsOfReplay(
  workspace: Workspace,
  {
    request,
    promotionId,
    speed,
  }: Pick<AskedReplay, 'request' | 'promotionId'> & { readonly speed: number },
): Promise<ReplayWorld['followSettings']> {
  if (promotionId === null || speed === Infinity) return null
  const state = await workspace.state()
  const standing = { failure: null, again: () => undefined }
  const { symbol } = request
  const watched = { symbol, request, promotionId, cache: workspace.home.cache, standing }
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
  { report, backtest, isSteered }: Extract<ReplayEnd, { kind: 'finished' }>,
): AppError | null {
  if (isSteered || report.resultHash === backtest.resultHash) return null
  return new AppError(
    'PARITY',
    `session ${sessionId} gave another result than the backtest of the same candles: ${report.resultHash.slice(0, 12)}, not ${backtest.resultHash.slice(0, 12)}`,
    { hint: `assay events tail --session ${sessionId} shows what happened in it` },
  )
}
