import { linkHash } from '../../../backtest/run/record/event-log.js'
import type { RunRequest } from '../../../backtest/run/record/run-request.js'
import { timeframeMs, type Millis } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { MarketEvent } from '../../../core/ports/market/feed.js'
import type { SessionRepository, StoredSession } from '../../../core/ports/trading/sessions.js'
import type { Clock } from '../../../core/ports/clock.js'
import { PatientStore } from '../../../live/runner/patient-store.js'
import { Runner } from '../../../live/runner/runner.js'
import type { FedMarket, RunnerInput } from '../../../live/runner/runner-input.js'
import { runSession, type SessionEnd } from '../../../live/runner/run-session.js'
import { pollCommands, showLife } from './command-poll.js'
import type { WorkingBroker } from './live-broker.js'
import type { FeedWorld } from './market-feed.js'
import { revocationHold } from '../promotion/promotion-watch.js'
import { sessionGuard } from './session-guard.js'
import type { FeedSessionTerms, FeedSessionWorld, OpenedSession } from './session-opening.js'

const POLL_MS = 250
/** How often a runner that waits for its broker shows that it lives: well within its lease. */
const BEAT_MS = 3_000
/** A runner that has shown no sign of life for so long is gone. */
const LEASE_MS = 15_000
/** A candle that comes later than this after its close is not entered upon, or than its own length. */
const LATE_MS = 60_000

/** Candles wait for those of other markets so long, or a third of their own length; then it goes on. */
const WAIT_MS = 20_000

/** What a session that was opened is followed by. */
export type FollowTerms = Pick<FeedSessionTerms, 'sessionId' | 'limitMs' | 'stored' | 'revoked'> & {
  readonly request: Pick<RunRequest, 'strategies' | 'timeframe'>
  readonly fence: number
  /** How many promotions it runs on; one where it is left out. */
  readonly promotions?: number
}

/** What surrounds it, beside its feeds, which are open. */
export type FollowWorld = Omit<FeedSessionWorld, 'http' | 'stream'>

/**
 * Lets an opened session take what comes until it is stopped or interrupted. While its database is
 * away it waits, and goes on by itself.
 * @throws AppError as `feedSession`
 */
export async function followSession(
  opened: OpenedSession,
  terms: FollowTerms,
  world: FollowWorld,
): Promise<SessionEnd> {
  const { clock, signal, broker = null, onAway = () => undefined } = world
  const { sessionId, fence } = terms
  const store = new PatientStore(world.store, { clock, signal, onAway })
  const runner = runnerOf(opened, terms, { ...world, store })
  const life = { store, sessionId, fence, clock, signal }
  const over = new AbortController()
  const anyway = AbortSignal.any([signal, over.signal])
  try {
    opened.tell(runner)
    const { revoked = [], promotions = 1 } = terms
    await runner.take(revoked.map(one => revocationHold(one, clock.now(), promotions === 1)))
    await runner.commit()
    if (broker !== null) {
      // What was left open is driven to its end before anything new is decided.
      await whileAlive(broker, b => b.recover(opened.session.engine.venue?.list() ?? []), life)
      await runner.take([{ kind: 'beat', at: clock.now() }])
    }
    const [feed, ...others] = opened.feeds.map(({ of, events }) => inputsOf(of, events, world))
    const everyMs = world.commandPollMs ?? POLL_MS
    const commands = pollCommands(store, { sessionId, fence, everyMs, signal: anyway }, clock)
    const work = broker === null ? [] : [broker.inputs(clock, anyway)]
    const end = await runSession(runner, {
      feed: feed!,
      others: [...others, commands, ...work, ...(world.others ?? [])],
      signal,
    })
    if (end === 'stopped') return await stopped(runner, broker, life)
    await runner.commit()
    return end
  } catch (error) {
    await failed(store, sessionId, fence, error)
    throw error
  } finally {
    over.abort()
    await broker?.stop()
  }
}

/** What a runner shows its life by. */
interface Life {
  readonly store: PatientStore
  readonly sessionId: string
  readonly fence: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Lets a broker do what may last, and shows meanwhile that the runner lives. @throws AppError SESSION_TAKEN */
async function whileAlive(
  broker: WorkingBroker,
  work: (broker: WorkingBroker) => Promise<void>,
  { store, sessionId, fence, clock, signal }: Life,
): Promise<void> {
  const done = work(broker).then(() => true)
  done.catch(() => undefined)
  for (;;) {
    const beat = clock.sleep(BEAT_MS, signal).then(() => false)
    if (await Promise.race([done, beat])) return
    if (signal.aborted) return broker.stop()
    await showLife(store, { sessionId, fence }, clock)
  }
}

/**
 * A swap that is under way comes to its end first, and is booked: what is not sent yet is not sent any
 * more. Interrupted meanwhile, the session still has its stop before it.
 */
async function stopped(
  runner: Runner,
  broker: WorkingBroker | null,
  life: Life,
): Promise<SessionEnd> {
  const { store, sessionId, fence, signal } = life
  await runner.commit()
  if (broker !== null) {
    for (const { order } of runner.session.engine.venue?.list() ?? []) broker.cancel(order.id)
    await whileAlive(broker, b => b.settle(), life)
  }
  if (signal.aborted) return 'interrupted'
  await runner.close()
  const reason = runner.stopReason
  await store.end(sessionId, fence, { state: 'stopped', reason, resultHash: null })
  return 'stopped'
}

/** A mistake of a strategy ends a session; a feed that is away, or another runner, does not. */
async function failed(
  store: Pick<SessionRepository, 'end'>,
  sessionId: string,
  fence: number,
  error: unknown,
): Promise<void> {
  const isOutside = error instanceof AppError && !ENDS.has(error.code)
  if (isOutside) return
  const reason = error instanceof Error ? error.message : String(error)
  await store
    .end(sessionId, fence, { state: 'failed', reason, resultHash: null })
    .catch(() => undefined)
}

const ENDS: ReadonlySet<string> = new Set(['STRATEGY_FAILED', 'STRATEGY_INTENT', 'OUT_OF_TIME'])

/**
 * Takes a session over, as it stands once nobody else can change it.
 * @throws AppError SESSION_TAKEN where a runner lives, or the session has ended
 */
export async function takeSession(
  store: SessionRepository,
  sessionId: string,
  now: Millis,
): Promise<{ readonly fence: number; readonly stored: StoredSession }> {
  const fence = await store.takeOver(sessionId, now - LEASE_MS, now)
  const stored = fence === null ? undefined : await store.find(sessionId)
  if (fence !== null && stored !== undefined) return { fence, stored }
  throw new AppError(
    'SESSION_TAKEN',
    `session ${sessionId} is run by another process, or has ended`,
    {
      hint: `assay sessions show ${sessionId} says how it stands; a runner that was killed is given up after ${LEASE_MS / 1000} s`,
    },
  )
}

function runnerOf(
  { session, feeds }: OpenedSession,
  { sessionId, request, limitMs, stored, fence }: FollowTerms,
  {
    store,
    clock,
    onCommit,
    broker = null,
  }: Pick<FollowWorld, 'clock' | 'onCommit' | 'broker'> & { readonly store: PatientStore },
): Runner {
  return new Runner(
    {
      sessionId,
      fence,
      place: {
        nextEvent: (stored?.record.lastEventSeq ?? -1) + 1,
        nextInput: (stored?.inputSeq ?? -1) + 1,
        link: stored?.link ?? '',
      },
      commitEveryMs: 0,
      keepsCandles: true,
      lateMs: Math.min(LATE_MS, timeframeMs(request.timeframe)),
      waitMs: Math.min(WAIT_MS, timeframeMs(request.timeframe) / 3),
      feeds: feeds.length,
      isPaused: stored?.record.status?.isPaused ?? false,
    },
    {
      session,
      store,
      clock,
      linkHash,
      broker,
      guarded: sessionGuard(request, session.engine, limitMs),
      onCommit,
    },
  )
}

async function* inputsOf(
  of: FedMarket,
  events: AsyncIterator<MarketEvent>,
  { clock }: Pick<FeedWorld, 'clock'>,
): AsyncGenerator<readonly RunnerInput[]> {
  try {
    for (;;) {
      const next = await events.next()
      if (next.done === true) return
      yield [{ kind: 'feed', of, event: next.value, at: clock.now() }]
    }
  } finally {
    await events.return?.()
  }
}
