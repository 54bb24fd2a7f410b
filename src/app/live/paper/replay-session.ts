import { linkHash } from '../../../backtest/run/record/event-log.js'
import type { RunData, RunRequest } from '../../../backtest/run/record/run-request.js'
import type { Report } from '../../../backtest/run/record/report.js'
import {
  backtestInput,
  reportSession,
  runRequest,
  settingsEvent,
} from '../../../backtest/run/run.js'
import type { BacktestInput } from '../../../backtest/run/replay/outcome.js'
import { candleAt, indexAtOrAfter } from '../../../core/candles/candles.js'
import { timeframeMs, type Millis } from '../../../core/candles/time.js'
import { Session } from '../../../core/engine/session.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { NewSession, SessionCommit, SessionRepository } from '../../../core/ports/sessions.js'
import type { RunnerInput } from '../../../live/runner/runner-input.js'
import { OrderLog } from '../../../core/trading/orders/order-log.js'
import { readMarket, replay, tradedMarket, type ReplayedMarket } from '../../../live/feed/replay.js'
import { PatientStore, type AwayWatch } from '../../../live/runner/patient-store.js'
import { Runner } from '../../../live/runner/runner.js'
import { runSession } from '../../../live/runner/run-session.js'
import type { SessionEvent } from '../../../live/runner/session-log.js'
import { pollCommands } from '../runner/command-poll.js'
import { sessionGuard } from '../runner/session-guard.js'

/** What a session over stored candles is made of. */
export interface ReplayTerms {
  readonly sessionId: string
  readonly request: RunRequest
  readonly data: RunData
  /** How many times faster than they were; Infinity for as fast as they are taken. */
  readonly speed: number
  readonly promotionId: string | null
  /** Whether the other story inside candles is told too. */
  readonly bounds: boolean
  /** How long strategies may take for what they are asked at once; null for the usual limit. */
  readonly limitMs: number | null
}

export interface ReplayWorld {
  readonly store: SessionRepository
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told what was stored, once it is. */
  readonly onCommit: (commit: SessionCommit) => void
  /** Brings changes of the settings until the signal; null where the session keeps its own. */
  readonly followSettings: ((signal: AbortSignal) => AsyncGenerator<readonly RunnerInput[]>) | null
  /** Told when the database goes away, and with null when it is back. */
  readonly onAway?: AwayWatch
}

/** A session that has come to an end: what it and a backtest computed, or why it ended before. */
export type ReplayEnd =
  | {
      readonly kind: 'finished'
      readonly report: Report
      readonly backtest: Report
      /** Whether somebody ordered something of it, so that it is no backtest. */
      readonly isSteered: boolean
    }
  | { readonly kind: 'stopped'; readonly reason: string }

/** Candles that come closer than this are stored several at once: each store is a write to the disk. */
const CLOSE_MS = 50
const COMMIT_EVERY_MS = 100
const POLL_MS = 250
/** Nobody else runs a session that was just made. */
const FENCE = 1

/**
 * Paper over stored candles: the session is written down, takes them as they closed, obeys what is
 * ordered of it, ends as a backtest ends, and is compared with one.
 * @throws AppError as a backtest does; SESSION_TAKEN
 */
export async function replaySession(
  terms: ReplayTerms,
  { onAway = () => undefined, ...given }: ReplayWorld,
): Promise<ReplayEnd> {
  const input = backtestInput(terms.request, terms.data)
  const store = new PatientStore(given.store, { ...given, onAway })
  const world = { ...given, store }
  await given.store.create(newSession(terms, input, given.clock.now()))
  const runner = startedRunner(terms, input, world)
  const { sessionId } = terms
  const end = (state: 'finished' | 'stopped' | 'failed', reason: string | null, hash?: string) =>
    world.store.end(sessionId, FENCE, { state, reason, resultHash: hash ?? null })
  try {
    const reason = await feedAll(runner, terms, input, world)
    if (reason !== null) {
      await end('stopped', reason)
      return { kind: 'stopped', reason }
    }
    const compared = comparedWithBacktest(runner, terms)
    await end('finished', null, compared.report.resultHash)
    return compared
  } catch (error) {
    await end('failed', error instanceof Error ? error.message : String(error)).catch(
      () => undefined,
    )
    throw error
  }
}

function newSession(
  { sessionId, request, data, promotionId }: ReplayTerms,
  input: BacktestInput,
  createdAt: Millis,
): NewSession {
  const opening = settingsEvent(request, data, input)
  return {
    sessionId,
    mode: 'paper',
    createdAt,
    symbols: [request.symbol],
    timeframe: request.timeframe,
    strategies: request.strategies.map(({ strategy }) => strategy.name),
    feed: 'replay',
    promotionId,
    manifest: 'settings' in opening ? opening.settings : {},
  }
}

/** What a replay works with, its store asked until it answers. */
type PatientWorld = Omit<ReplayWorld, 'store' | 'onAway'> & { readonly store: PatientStore }

/** A runner whose first event is what holds from its start. */
function startedRunner(
  terms: ReplayTerms,
  input: BacktestInput,
  { store, clock, onCommit }: PatientWorld,
): Runner {
  const { sessionId, request, data } = terms
  const opening = settingsEvent(request, data, input)
  const session = warmSession(terms, input)
  const runner = new Runner(
    {
      sessionId,
      fence: FENCE,
      place: { nextEvent: 0, nextInput: 0, link: '' },
      commitEveryMs: commitEveryMs(terms),
      keepsCandles: false,
      lateMs: Infinity,
      feeds: 1,
      isPaused: false,
    },
    {
      session,
      store,
      clock,
      linkHash,
      broker: null,
      guarded: sessionGuard(request, session.engine, terms.limitMs),
      onCommit,
    },
  )
  runner.say(opening as unknown as SessionEvent)
  return runner
}

/** How long what has happened may wait for the next candle; where that is far, it does not. */
function commitEveryMs({ request, speed }: ReplayTerms): Millis {
  if (speed === Infinity) return 5 * COMMIT_EVERY_MS
  return timeframeMs(request.timeframe) / speed < CLOSE_MS ? COMMIT_EVERY_MS : 0
}

/** A session whose indicators have seen what was stored before the run. */
function warmSession({ request, data }: ReplayTerms, { spec, first }: BacktestInput): Session {
  const { candles } = data.main
  const session = new Session(
    spec,
    [
      {
        timeframeMs: candles.timeframeMs,
        legs: spec.legs,
        detail: data.detail?.candles ?? null,
        ...(request.decideFrom !== null && { decideFrom: request.decideFrom }),
      },
    ],
    { orderLog: new OrderLog() },
  )
  for (const { symbol, candles: read } of data.references ?? []) {
    for (let i = 0; i < firstRead(read, candles.time[first]!); i++) {
      session.warmReference(symbol, read.timeframeMs, candleAt(read, i))
    }
  }
  for (let i = 0; i < first; i++) session.warm(candleAt(candles, i))
  return session
}

/** Index of the first candle of a market that indicators read which closes after a time. */
function firstRead(read: RunData['main']['candles'], time: Millis): number {
  return indexAtOrAfter(read, time - read.timeframeMs + 1)
}

/** @returns why it was stopped; null where it took all candles, and is finished */
async function feedAll(
  runner: Runner,
  { sessionId, data, speed }: ReplayTerms,
  { first }: BacktestInput,
  { store, clock, signal, followSettings }: PatientWorld,
): Promise<string | null> {
  const { candles } = data.main
  const markets: ReplayedMarket[] = [
    ...(data.references ?? []).map(({ symbol, candles: read }) =>
      readMarket(read, firstRead(read, candles.time[first]!), symbol),
    ),
    tradedMarket(candles, first, 0),
  ]
  const over = new AbortController()
  const anyway = AbortSignal.any([signal, over.signal])
  try {
    const end = await runSession(runner, {
      feed: replay(markets, { speed }, { clock, signal }),
      others: [
        pollCommands(store, { sessionId, fence: FENCE, everyMs: POLL_MS, signal: anyway }, clock),
        ...(followSettings === null ? [] : [followSettings(anyway)]),
      ],
      signal,
    })
    if (end === 'fed') await runner.finish()
    else await runner.close()
    return end === 'fed' ? null : (runner.stopReason ?? 'interrupted')
  } finally {
    over.abort()
  }
}

function comparedWithBacktest(
  { session, isSteered }: Runner,
  { request, data, bounds }: ReplayTerms,
): Extract<ReplayEnd, { kind: 'finished' }> {
  const backtest = runRequest(request, data, { bounds })
  const columns = session.columnsOf(0)
  const report = reportSession(request, data, {
    engine: session.engine,
    columns,
    bounds: backtest.bounds,
  })
  return { kind: 'finished', report, backtest, isSteered }
}
