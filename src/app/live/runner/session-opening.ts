import { describeSession } from '../../../backtest/portfolio/session-manifest.js'
import {
  legShares,
  sessionSpec,
  strategyNames,
  type SessionRequest,
} from '../../../backtest/portfolio/session-request.js'
import type { RunData } from '../../../backtest/run/record/run-request.js'
import { candleAt, withReferences } from '../../../core/candles/candles.js'
import { bucketOpen } from '../../../core/candles/resample.js'
import { DAY_MS, type Millis } from '../../../core/candles/time.js'
import { isAdaptive } from '../../../core/engine/allocation/allocation.js'
import { readMarkets } from '../../../core/engine/columns.js'
import type { SessionMarket } from '../../../core/engine/live/live-market.js'
import { Session } from '../../../core/engine/session.js'
import type { SessionWiring } from '../../../core/engine/live/session-wiring.js'
import type { Snapshot } from '../../../core/engine/snapshot.js'
import { AppError } from '../../../core/errors.js'
import type { MarketEvent } from '../../../core/ports/market/feed.js'
import type {
  SessionCommit,
  SessionMode,
  SessionRepository,
  StoredSession,
} from '../../../core/ports/trading/sessions.js'
import { dataHash } from '../../../data/cache/data-hash.js'
import type { AwayWatch } from '../../../live/runner/patient-store.js'
import type { Runner } from '../../../live/runner/runner.js'
import { feedName } from '../../../live/runner/feed-clocks.js'
import type { FedMarket, RunnerInput } from '../../../live/runner/runner-input.js'
import type { Workspace } from '../../workspace/compose.js'
import type { WorkingBroker } from './live-broker.js'
import { openFeed, type FeedOptions, type FeedWorld } from './market-feed.js'
import type { Revoked } from '../promotion/promotion-watch.js'
import { promotionFacts, type SessionPromotion } from '../promotion/session-promotion.js'
import { seenCandles } from '../session/session-history.js'
import { candlesToWarm, takeHistory, warmFrom, type WarmHistory } from './warm-history.js'

/** A session on candles as they come. */
export interface FeedSessionTerms {
  readonly sessionId: string
  readonly mode: SessionMode
  readonly request: SessionRequest
  /** Name of the source. */
  readonly feed: string
  /** How its feeds are reached and watched. */
  readonly watch: FeedOptions
  /** What it runs on; none for a session by flags alone. */
  readonly promotions: readonly SessionPromotion[]
  /** Those of them that were revoked before its start. */
  readonly revoked?: readonly Revoked[]
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

/** A feed that was opened, with the past candles of its market. */
interface WarmFeed {
  readonly of: FedMarket
  readonly symbol: string
  readonly events: AsyncIterator<MarketEvent>
  readonly history: WarmHistory
}

/** A new session: the feed's past candles warm its indicators, and are kept with it. */
export async function beginSession(
  workspace: Workspace,
  terms: FeedSessionTerms,
  world: FeedSessionWorld,
): Promise<OpenedSession> {
  const { request, feed, watch } = terms
  const { spec, markets } = sessionSpec(request)
  const now = world.clock.now()
  const from = warmStart(request, markets, now)
  const opened: WarmFeed[] = []
  for (const one of fedMarkets(request, markets)) {
    const since = from - one.timeframeMs
    const own = typeof one.of === 'number' ? watch : withoutQuotes(watch)
    const events = await openFeed(workspace, { ...one, source: feed, from: since }, own, world)
    const what = `the session on ${one.symbol}`
    const history = await takeHistory(events, one.timeframeMs, now, what)
    opened.push({ of: one.of, symbol: one.symbol, events, history })
  }
  await create(terms, opened, now, world.store)
  return {
    session: new Session(spec, markets, wiringOf(terms, world)),
    feeds: opened,
    tell: runner => {
      // What indicators read comes before the candles that they are computed at.
      for (const { of, history } of [...opened].reverse()) {
        for (let i = 0; i < history.candles.length; i++) {
          runner.warm(of, candleAt(history.candles, i), now)
        }
      }
      const started = { type: 'session.started', time: now, mode: terms.mode, feed }
      const legs = request.allocation === null ? {} : { legs: legShares(request) }
      runner.say({ ...started, ...legs })
    },
  }
}

/** Open of the first candle that warms: for indicators, and for weights that follow from closes. */
function warmStart(
  { allocation }: SessionRequest,
  markets: readonly SessionMarket[],
  now: Millis,
): Millis {
  const { timeframeMs: lengthMs } = markets[0]!
  const legs = markets.flatMap(market => market.legs)
  const from = warmFrom(now, lengthMs, candlesToWarm(legs, lengthMs))
  if (allocation === null || !isAdaptive(allocation)) return from
  return Math.min(from, bucketOpen(now, DAY_MS) - (allocation.windowDays + 2) * DAY_MS)
}

async function create(
  { sessionId, mode, request, feed, promotions, facts = {} }: FeedSessionTerms,
  opened: readonly WarmFeed[],
  now: Millis,
  store: SessionRepository,
): Promise<void> {
  const data = request.runs.map((_, m) => dataOf(m, opened, feed))
  const { timeframe } = request.runs[0]!
  await store.create({
    sessionId,
    mode,
    createdAt: now,
    symbols: request.runs.map(({ symbol }) => symbol),
    timeframe,
    strategies: strategyNames(request),
    feed,
    promotionId: promotions[0]?.promotionId ?? null,
    manifest: { ...describeSession(request, data), ...promotionFacts(promotions), ...facts },
  })
}

/** The candles that warm a market, and those that its indicators read. */
function dataOf(m: number, opened: readonly WarmFeed[], source: string): RunData {
  const { candles } = opened.find(({ of }) => of === m)!.history
  const references = opened.flatMap(({ of, symbol, history }) =>
    typeof of === 'number'
      ? []
      : [{ symbol, candles: history.candles, hash: dataHash(history.candles), source }],
  )
  return {
    main: { candles: withReferences(candles, references), hash: dataHash(candles), source },
    detail: null,
    ...(references.length > 0 && { references }),
  }
}

/** A session that goes on: from its last commit, over all candles that it has seen. */
export async function resumeSession(
  workspace: Workspace,
  { request, feed, watch, sessionId }: FeedSessionTerms,
  { snapshot }: StoredSession,
  world: FeedSessionWorld,
): Promise<OpenedSession> {
  const { spec, markets } = sessionSpec(request)
  const lengthMs = markets[0]!.timeframeMs
  const seen = await seenCandles(world.store.inputs(sessionId), lengthMs, markets.length)
  if (seen === null || snapshot === null) throw nothingSeen(sessionId)
  const feeds: { of: FedMarket; events: AsyncIterator<MarketEvent> }[] = []
  for (const one of fedMarkets(request, markets)) {
    const from = seen.next(one.of)
    const own = typeof one.of === 'number' ? watch : withoutQuotes(watch)
    const events = await openFeed(workspace, { ...one, source: feed, from }, own, world)
    feeds.push({ of: one.of, events })
  }
  const wiring = wiringOf({ sessionId }, world)
  return {
    session: Session.restore(spec, markets, snapshot as Snapshot, seen.markets, wiring),
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

/** The markets that trade, and after them those that their indicators read, each once. */
function fedMarkets({ runs }: SessionRequest, markets: readonly SessionMarket[]): readonly Fed[] {
  const read = new Map<string, Fed>()
  for (const { legs, timeframeMs: lengthMs } of markets) {
    for (const { symbol, timeframeMs } of readMarkets(legs, lengthMs)) {
      const of = { symbol, timeframeMs }
      read.set(feedName(of), { of, symbol, timeframeMs })
    }
  }
  const traded = runs.map(({ symbol }, of) => ({
    of,
    symbol,
    timeframeMs: markets[of]!.timeframeMs,
  }))
  return [...traded, ...read.values()]
}
