import { randomUUID } from 'node:crypto'
import { measureAs } from '../../backtest/metric-profiles/profile.js'
import { metricCards } from '../../backtest/results/metric-cards.js'
import { AppError } from '../../core/errors.js'
import type { SessionCommit } from '../../core/ports/sessions.js'
import { systemClock } from '../../data/sources/clock.js'
import { backtestJson, backtestSummary, requestOf, type KeptRun } from '../backtest/backtest.js'
import type { BacktestOptions } from '../backtest/input/run-options.js'
import { readProfile } from '../backtest/metrics/metrics-as.js'
import { readReportPath } from '../backtest/report-path.js'
import { loadRunData, writePage } from '../backtest/run-execution.js'
import {
  isOn,
  textOption,
  timeLimitOption,
  type Amount,
  type Optional,
} from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { eventText } from './event-text.js'
import { replaySession, type ReplayEnd } from './replay-session.js'

/** A paper session: a backtest's options, and where its candles come from. */
export type PaperOptions = Omit<BacktestOptions, 'events'> &
  Optional<{
    /** `replay` for stored candles. */
    feed: string
    /** How many times faster stored candles come than they were; `max` for at once. */
    speed: Amount
  }>

export interface PaperWorld {
  readonly signal: AbortSignal
  /** Told each thing that happened, once it is stored. */
  readonly onLine: (line: string) => void
}

/** What a paper session prints. */
export interface PaperAnswer {
  readonly summary: string
  readonly json: unknown
  /** What was not as it must be, to end with once the rest is shown; null for nothing. */
  readonly failure: AppError | null
}

/** Trades without money, as a live session does, until its feed ends or it is stopped. */
export async function paper(
  workspace: Workspace,
  options: PaperOptions,
  world: PaperWorld,
): Promise<PaperAnswer> {
  const path = readReportPath(options)
  const profile = readProfile(options)
  const speed = readSpeed(options)
  const request = await requestOf(workspace, options)
  const data = await loadRunData(workspace, request)
  const sessionId = newSessionId()
  const end = await replaySession(
    {
      sessionId,
      request,
      data,
      speed,
      promotionId: null,
      bounds: isOn(options, 'bounds'),
      limitMs: timeLimitOption(options),
    },
    { store: await workspace.sessions(), clock: systemClock, ...world, onCommit: tell(world) },
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
      backtestSummary(workspace, kept),
      `session ${sessionId}: ${failure === null ? 'same trades as the backtest' : 'DIFFERS from the backtest'}`,
    ].join('\n'),
    json: {
      ...backtestJson(kept),
      session_id: sessionId,
      same_as_backtest: failure === null,
    },
    failure,
  }
}

function tell({ onLine }: PaperWorld): (commit: SessionCommit) => void {
  return ({ events }) => {
    for (const event of events) {
      const line = eventText(event)
      if (line !== null) onLine(line)
    }
  }
}

/** Ids of sessions look like those of runs; two are never the same. */
function newSessionId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16)
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
    summary: `session ${sessionId} ended before its candles did: ${reason}`,
    json: { session_id: sessionId, state: 'stopped', reason },
    failure: null,
  }
}

/** A session without commands that computes something else than the backtest has an error in it. */
function differenceOf(
  sessionId: string,
  { report, backtest }: Extract<ReplayEnd, { kind: 'finished' }>,
): AppError | null {
  if (report.resultHash === backtest.resultHash) return null
  return new AppError(
    'PARITY',
    `session ${sessionId} gave another result than the backtest of the same candles: ${report.resultHash.slice(0, 12)}, not ${backtest.resultHash.slice(0, 12)}`,
    { hint: `assay events tail --session ${sessionId} shows what happened in it` },
  )
}
