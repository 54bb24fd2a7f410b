import { describeRun } from '../../../backtest/run/record/manifest.js'
import type { RunRequest } from '../../../backtest/run/record/run-request.js'
import { specOf } from '../../../backtest/run/run.js'
import { candleAt, cutCandles, withReferences } from '../../../core/candles/candles.js'
import { timeframeMs, type Millis } from '../../../core/candles/time.js'
import { readMarkets } from '../../../core/engine/columns.js'
import { Session, type SessionWiring } from '../../../core/engine/session.js'
import type { Snapshot } from '../../../core/engine/snapshot.js'
import type { RunSpec } from '../../../core/engine/spec.js'
import { AppError } from '../../../core/errors.js'
import type { MarketEvent } from '../../../core/ports/feed.js'
import type {
  SessionCommit,
  SessionMode,
  SessionRepository,
  StoredSession,
} from '../../../core/ports/sessions.js'
import { dataHash } from '../../../data/cache/data-hash.js'
import type { AwayWatch } from '../../../live/runner/patient-store.js'
import type { Runner } from '../../../live/runner/runner.js'
import type { FedMarket, RunnerInput } from '../../../live/runner/runner-input.js'
import type { Workspace } from '../../workspace/compose.js'
import type { WorkingBroker } from './live-broker.js'
import { openFeed, type FeedOptions, type FeedWorld } from './market-feed.js'
import { seenCandles } from '../session/session-history.js'
import { candlesToWarm, takeHistory, warmFrom, type WarmHistory } from './warm-history.js'

/** A session on candles as they come. */
export interface FeedSessionTerms {
  readonly sessionId: string
  readonly mode: SessionMode
  readonly request: RunRequest
  /** Name of the source. */
  readonly feed: string
  /** How its feeds are reached and watched. */
  readonly watch: FeedOptions
  readonly promotionId: string | null
  /** Why it enters nothing from its start on; null or absent where it may. */
  readonly heldBack?: string | null
  /** What else is kept of it, beside its manifest. */
  readonly facts?: Readonly<Record<string, unknown>>
  readonly limitMs: number | null
  /** What is gone on with; null for a new session. */
  readonly stored: StoredSession | null
}

export interface FeedSessionWorld extends FeedWorld {
  readonly store: SessionRepository
  /** How often it is looked for commands; a few times a second where it is left out. */
  readonly commandPollMs?: Millis
  /** Where orders go; null or absent where they fill from candles. */
  readonly broker?: WorkingBroker | null
  /** Whatever else comes in, beside the feeds and commands. */
  readonly others?: readonly AsyncGenerator<readonly RunnerInput[]>[]
  /** Told what was stored, once it is. */
  readonly onCommit: (commit: SessionCommit) => void
  /** Told when the database goes away, and with null when it is back. */
  readonly onAway?: AwayWatch
}

/** A session that is about to take what comes, and its feeds: that of the market that trades first. */
export interface OpenedSession {
  readonly session: Session
  readonly feeds: readonly { readonly of: FedMarket; readonly events: AsyncIterator<MarketEvent> }[]
  /** Tells the runner what the session begins with. */
  readonly tell: (runner: Runner) => void
}

/** A new session: the feed's past candles warm its indicators, and are kept with it. */
export async function beginSession(
  workspace: Workspace,
  terms: FeedSessionTerms,
  world: FeedSessionWorld,
): Promise<OpenedSession> {
  const { request, feed, watch } = terms
  const spec = specOf(request)
  const lengthMs = timeframeMs(request.timeframe)
  const now = world.clock.now()
  const from = warmFrom(now, lengthMs, candlesToWarm(spec.legs, lengthMs))
  const opened: { of: FedMarket; events: AsyncIterator<MarketEvent>; history: WarmHistory }[] = []
  for (const one of fedMarkets(spec, request)) {
    const since = from - one.timeframeMs
    const own = one.of === 0 ? watch : withoutQuotes(watch)
    const events = await openFeed(workspace, { ...one, source: feed, from: since }, own, world)
    const what = `the session on ${one.symbol}`
    opened.push({
      of: one.of,
      events,
      history: await takeHistory(events, one.timeframeMs, now, what),
    })
  }
  await create(terms, opened, now, world.store)
  return {
    session: new Session(spec, marketsOf(spec, lengthMs), wiringOf(terms, world)),
    feeds: opened,
    tell: runner => {
      // What indicators read comes before the candles that they are computed at.
      for (const { of, history } of [...opened].reverse()) {
        for (let i = 0; i < history.candles.length; i++) {
          runner.warm(of, candleAt(history.candles, i), now)
        }
      }
      runner.say({ type: 'session.started', time: now, mode: terms.mode, feed })
    },
  }
}

async function create(
  { sessionId, mode, request, feed, promotionId, facts = {} }: FeedSessionTerms,
  [main, ...read]: readonly { readonly of: FedMarket; readonly history: WarmHistory }[],
  now: Millis,
  store: SessionRepository,
): Promise<void> {
  const { candles } = main!.history
  const references = read.flatMap(({ of, history }) =>
    typeof of === 'number'
      ? []
      : [
          {
            symbol: of.symbol,
            candles: history.candles,
            hash: dataHash(history.candles),
            source: feed,
          },
        ],
  )
  const data = {
    main: { candles: withReferences(candles, references), hash: dataHash(candles), source: feed },
    detail: null,
    ...(references.length > 0 && { references }),
  }
  const last = cutCandles(candles, candles.length - 1, candles.length)
  await store.create({
    sessionId,
    mode,
    createdAt: now,
    symbols: [request.symbol],
    timeframe: request.timeframe,
    strategies: request.strategies.map(({ strategy }) => strategy.name),
    feed,
    promotionId,
    manifest: { ...describeRun(request, data, last, null), ...facts },
  })
}

/** A session that goes on: from its last commit, over all candles that it has seen. */
export async function resumeSession(
  workspace: Workspace,
  { request, feed, watch, sessionId }: FeedSessionTerms,
  { snapshot }: StoredSession,
  world: FeedSessionWorld,
): Promise<OpenedSession> {
  const spec = specOf(request)
  const lengthMs = timeframeMs(request.timeframe)
  const seen = await seenCandles(world.store.inputs(sessionId), lengthMs)
  if (seen === null || snapshot === null) throw nothingSeen(sessionId)
  const feeds: { of: FedMarket; events: AsyncIterator<MarketEvent> }[] = []
  for (const one of fedMarkets(spec, request)) {
    const from = seen.next(one.of)
    feeds.push({
      of: one.of,
      events: await openFeed(
        workspace,
        { ...one, source: feed, from },
        one.of === 0 ? watch : withoutQuotes(watch),
        world,
      ),
    })
  }
  return {
    session: Session.restore(
      spec,
      marketsOf(spec, lengthMs),
      snapshot as Snapshot,
      [seen.candles],
      wiringOf({ sessionId }, world),
    ),
    feeds,
    tell: runner => runner.goOn({ type: 'session.resumed', time: world.clock.now(), feed }),
  }
}

/** Ids of orders that go to a broker begin with the session's. */
function wiringOf(
  { sessionId }: Pick<FeedSessionTerms, 'sessionId'>,
  { broker = null }: FeedSessionWorld,
): SessionWiring {
  return broker === null ? {} : { venueRun: sessionId }
}

/** What indicators read needs no quotes. */
function withoutQuotes(watch: FeedOptions): FeedOptions {
  return { ...watch, quotes: null }
}

function marketsOf({ legs }: RunSpec, lengthMs: Millis) {
  return [{ timeframeMs: lengthMs, legs }]
}

function nothingSeen(sessionId: string): AppError {
  return new AppError('UNKNOWN_SESSION', `session ${sessionId} ended before it had begun`, {
    hint: 'start a new one',
  })
}

interface Fed {
  readonly of: FedMarket
  readonly symbol: string
  readonly timeframeMs: Millis
}

/** The market that trades, and after it those that its indicators read. */
function fedMarkets({ legs }: RunSpec, { symbol, timeframe }: RunRequest): readonly Fed[] {
  const lengthMs = timeframeMs(timeframe)
  return [
    { of: 0, symbol, timeframeMs: lengthMs },
    ...readMarkets(legs, lengthMs).map(read => ({
      of: { symbol: read.symbol, timeframeMs: read.timeframeMs },
      symbol: read.symbol,
      timeframeMs: read.timeframeMs,
    })),
  ]
}
