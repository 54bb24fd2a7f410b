import { linkHash } from '../../backtest/run/record/event-log.js'
import type { RunRequest } from '../../backtest/run/record/run-request.js'
import { timeframeMs, type Millis } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { MarketEvent } from '../../core/ports/feed.js'
import type { SessionRepository, StoredSession } from '../../core/ports/sessions.js'
import { Runner } from '../../live/runner/runner.js'
import type { FedMarket, RunnerInput } from '../../live/runner/runner-input.js'
import { runSession, type SessionEnd } from '../../live/runner/run-session.js'
import { pollCommands } from './command-poll.js'
import type { FeedWorld } from './market-feed.js'
import { sessionGuard } from './session-guard.js'
import type { FeedSessionTerms, FeedSessionWorld, OpenedSession } from './session-opening.js'

const POLL_MS = 250
/** A runner that has shown no sign of life for so long is gone. */
const LEASE_MS = 15_000
/** A candle that comes later than this after its close is not entered upon, or than its own length. */
const LATE_MS = 60_000

/** What a session that was opened is followed by. */
export type FollowTerms = Pick<FeedSessionTerms, 'sessionId' | 'limitMs' | 'stored'> & {
  readonly request: Pick<RunRequest, 'strategies' | 'timeframe'>
  readonly fence: number
}

/** What surrounds it, beside its feeds, which are open. */
export type FollowWorld = Omit<FeedSessionWorld, 'http' | 'stream'>

/**
 * Lets an opened session take what comes until it is stopped or interrupted.
 * @throws AppError as `feedSession`
 */
export async function followSession(
  opened: OpenedSession,
  terms: FollowTerms,
  world: FollowWorld,
): Promise<SessionEnd> {
  const { store, clock, signal } = world
  const { sessionId, fence } = terms
  const runner = runnerOf(opened, terms, world)
  opened.tell(runner)
  await runner.commit()
  const { broker = null } = world
  if (broker !== null) {
    // What was left open is driven to its end before anything new is decided.
    await broker.recover(opened.session.engine.venue?.list() ?? [])
    await runner.take([{ kind: 'beat', at: clock.now() }])
  }
  const over = new AbortController()
  const anyway = AbortSignal.any([signal, over.signal])
  try {
    const [feed, ...others] = opened.feeds.map(({ of, events }) => inputsOf(of, events, world))
    const commands = pollCommands(
      store,
      { sessionId, fence, everyMs: world.commandPollMs ?? POLL_MS, signal: anyway },
      clock,
    )
    const work = broker === null ? [] : [broker.inputs(clock, anyway)]
    const end = await runSession(runner, {
      feed: feed!,
      others: [...others, commands, ...work, ...(world.others ?? [])],
      signal,
    })
    await runner.commit()
    if (runner.stopReason !== null) {
      await store.end(sessionId, fence, {
        state: 'stopped',
        reason: runner.stopReason,
        resultHash: null,
      })
    }
    return end
  } catch (error) {
    await failed(store, sessionId, fence, error)
    throw error
  } finally {
    over.abort()
    await broker?.stop()
  }
}

/** A mistake of a strategy ends a session; a feed that is away, or another runner, does not. */
async function failed(
  store: SessionRepository,
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
  { store, clock, onCommit, broker = null }: FollowWorld,
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
