import { linkHash } from '../../../backtest/run/record/event-log.js'
import { heldEarly } from '../../../backtest/portfolio/held-markets.js'
import {
  portfolioSettings,
  reportMarkets,
  runPortfolioRequest,
  type PortfolioReport,
} from '../../../backtest/portfolio/portfolio-run.js'
import {
  portfolioOfSession,
  strategyNames,
  type SessionRequest,
} from '../../../backtest/portfolio/session-request.js'
import type { RunData } from '../../../backtest/run/record/run-request.js'
import type { TradingEvent } from '../../../core/account/events.js'
import type { Report } from '../../../backtest/run/record/report.js'
import {
  backtestInput,
  reportSession,
  runRequest,
  settingsEvent,
} from '../../../backtest/run/run.js'
import type { BacktestInput } from '../../../backtest/run/replay/outcome.js'
import { timeframeMs, type Millis } from '../../../core/candles/time.js'
import type { Clock } from '../../../core/ports/clock.js'
import type {
  NewSession,
  SessionCommit,
  SessionRepository,
} from '../../../core/ports/trading/sessions.js'
import type { RunnerInput } from '../../../live/runner/runner-input.js'
import { replay } from '../../../live/feed/replay.js'
import { PatientStore, type AwayWatch } from '../../../live/runner/patient-store.js'
import { Runner } from '../../../live/runner/runner.js'
import { runSession } from '../../../live/runner/run-session.js'
import type { SessionEvent } from '../../../live/runner/session-log.js'
import { promotionFacts, type SessionPromotion } from '../promotion/session-promotion.js'
import { replayedMarkets, warmSession } from './replay-markets.js'
import { pollCommands } from '../runner/command-poll.js'
import { sessionGuard } from '../runner/session-guard.js'

/** What a session over stored candles is made of. */
export interface ReplayTerms {
  readonly sessionId: string
  readonly request: SessionRequest
  /** Of each of its runs. */
  readonly data: readonly RunData[]
  /** How many times faster than they were; Infinity for as fast as they are taken. */
  readonly speed: number
  readonly promotions: readonly SessionPromotion[]
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
  | (ComparedSession & {
      /** Whether somebody ordered something of it, so that it is no backtest. */
      readonly isSteered: boolean
    })
  | { readonly kind: 'stopped'; readonly reason: string }

/** What a session and a backtest of the same computed, on one symbol or on several. */
export type ComparedSession =
  | { readonly kind: 'finished'; readonly report: Report; readonly backtest: Report }
  | {
      readonly kind: 'portfolio'
      readonly report: PortfolioReport
      readonly backtest: PortfolioReport
    }

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
  const store = new PatientStore(given.store, { ...given, onAway })
  const world = { ...given, store }
  const inputs = terms.request.runs.map((run, m) => backtestInput(run, terms.data[m]!))
  const opening = openingOf(terms, inputs)
  await given.store.create(newSession(terms, opening, given.clock.now()))
  const runner = startedRunner(terms, inputs, opening, world)
  const { sessionId } = terms
  const end = (state: 'finished' | 'stopped' | 'failed', reason: string | null, hash?: string) =>
    world.store.end(sessionId, FENCE, { state, reason, resultHash: hash ?? null })
  try {
    const fed = await feedAll(runner, terms, inputs, world)
    if (fed.stopReason !== null) {
      await end('stopped', fed.stopReason)
      return { kind: 'stopped', reason: fed.stopReason }
    }
    const compared = { ...comparedWithBacktest(runner, terms, fed.endedEarly), ...steered(runner) }
    await end('finished', null, compared.report.resultHash)
    return compared
  } catch (error) {
    await end('failed', error instanceof Error ? error.message : String(error)).catch(
      () => undefined,
    )
    throw error
  }
}

function steered({ isSteered }: Runner): { readonly isSteered: boolean } {
  return { isSteered }
}

/** The first event of a session: what holds from its start. */
function openingOf({ request, data }: ReplayTerms, inputs: readonly BacktestInput[]): TradingEvent {
  const portfolio = portfolioOfSession(request)
  return portfolio === null
    ? settingsEvent(request.runs[0]!, data[0]!, inputs[0]!)
    : portfolioSettings(portfolio, data)
}

function newSession(
  { sessionId, request, promotions }: ReplayTerms,
  opening: TradingEvent,
  createdAt: Millis,
): NewSession {
  const settings = 'settings' in opening ? opening.settings : {}
  return {
    sessionId,
    mode: 'paper',
    createdAt,
    symbols: request.runs.map(({ symbol }) => symbol),
    timeframe: request.runs[0]!.timeframe,
    strategies: strategyNames(request),
    feed: 'replay',
    promotionId: promotions[0]?.promotionId ?? null,
    manifest: { ...settings, ...promotionFacts(promotions) },
  }
}

/** What a replay works with, its store asked until it answers. */
type PatientWorld = Omit<ReplayWorld, 'store' | 'onAway'> & { readonly store: PatientStore }

/** A runner whose first event is what holds from its start. */
function startedRunner(
  terms: ReplayTerms,
  inputs: readonly BacktestInput[],
  opening: TradingEvent,
  { store, clock, onCommit }: PatientWorld,
): Runner {
  const { sessionId, request } = terms
  const strategies = request.runs.flatMap(run => run.strategies)
  const session = warmSession(terms, inputs)
  const runner = new Runner(
    {
      sessionId,
      fence: FENCE,
      place: { nextEvent: 0, nextInput: 0, link: '' },
      commitEveryMs: commitEveryMs(terms),
      keepsCandles: false,
      lateMs: Infinity,
      waitMs: Infinity,
      feeds: 1,
      isPaused: false,
    },
    {
      session,
      store,
      clock,
      linkHash,
      broker: null,
      guarded: sessionGuard({ strategies }, session.engine, terms.limitMs),
      onCommit,
    },
  )
  runner.say(opening as unknown as SessionEvent)
  return runner
}

/** How long what has happened may wait for the next candle; where that is far, it does not. */
function commitEveryMs({ request, speed }: ReplayTerms): Millis {
  if (speed === Infinity) return 5 * COMMIT_EVERY_MS
  return timeframeMs(request.runs[0]!.timeframe) / speed < CLOSE_MS ? COMMIT_EVERY_MS : 0
}

/** What became of a replay: why it was stopped, null where it took all candles, and is finished. */
interface Fed {
  readonly stopReason: string | null
  /** Positions that were held, before the end, on markets that had ended before the last one. */
  readonly endedEarly: number
}

async function feedAll(
  runner: Runner,
  { sessionId, data, speed }: ReplayTerms,
  inputs: readonly BacktestInput[],
  { store, clock, signal, followSettings }: PatientWorld,
): Promise<Fed> {
  const markets = replayedMarkets(data, inputs)
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
    const endedEarly = heldEarly(runner.session.engine)
    if (end === 'fed') await runner.finish()
    else await runner.close()
    const stopReason = end === 'fed' ? null : (runner.stopReason ?? 'interrupted')
    return { stopReason, endedEarly }
  } finally {
    over.abort()
  }
}

function comparedWithBacktest(
  { session }: Runner,
  { request, data, bounds }: ReplayTerms,
  endedEarly: number,
): ComparedSession {
  const { engine } = session
  const portfolio = portfolioOfSession(request)
  if (portfolio !== null) {
    const report = reportMarkets(portfolio, data, { engine, endedEarly })
    return { kind: 'portfolio', report, backtest: runPortfolioRequest(portfolio, data) }
  }
  const [run, own] = [request.runs[0]!, data[0]!]
  const backtest = runRequest(run, own, { bounds })
  const finished = { engine, columns: session.columnsOf(0), bounds: backtest.bounds }
  return { kind: 'finished', report: reportSession(run, own, finished), backtest }
}
