import { bucketOpen } from '../../../core/candles/resample.js'
import type { Millis } from '../../../core/candles/time.js'
import type { FeedEvent } from '../../../core/ports/feed.js'
import type { Clock } from '../clock.js'
import { AskError, type Asker } from '../fetch/asker.js'
import { SourceTime } from '../fetch/source-time.js'
import { fetchWindow } from '../fetch/window-fetch.js'
import type { CandleSource, PageRequest } from '../source.js'
import { ClosedCandles } from './closed-candles.js'
import { sleepUnless } from './sleep-unless.js'

/** Which candles are followed. */
export interface PollRequest {
  readonly source: CandleSource
  readonly market: string
  readonly base: string | undefined
  readonly timeframe: string
  readonly timeframeMs: Millis
  /** The open of the first candle; the next one to close where it is missing. */
  readonly from: Millis | undefined
  /** From here on after the end of the last candle the feed is stale; two candles where it is missing. */
  readonly staleMs?: Millis | undefined
}

export interface PollDependencies {
  readonly asker: Asker
  readonly clock: Clock
  readonly signal: AbortSignal
}

const JITTER_MS = 500
const AGAIN_MS = 1000
const AGAIN_MAX_MS = 30_000
/** A candle is given up so many times its grace after its end. */
const PATIENCE = 3

/**
 * Candles of a source as they close: asked for when each should be there, again until it is, and all
 * that was missed after an outage before anything newer.
 * @throws AskError where no further request will do
 */
export async function* pollFeed(
  request: PollRequest,
  dependencies: PollDependencies,
): AsyncGenerator<FeedEvent> {
  const { clock, signal } = dependencies
  const feed = new PollFeed(request, dependencies)
  while (!signal.aborted) {
    const wait = feed.waitMs()
    if (wait > 0) await sleepUnless(signal, clock, wait)
    else yield* await feed.poll()
  }
}

class PollFeed {
  private readonly request: PollRequest
  private readonly dependencies: PollDependencies
  private readonly time: SourceTime
  private readonly candles: ClosedCandles
  private due: Millis
  private tries = 0
  private isStale = false

  constructor(request: PollRequest, dependencies: PollDependencies) {
    const { source, timeframeMs, from } = request
    this.request = request
    this.dependencies = dependencies
    this.time = new SourceTime(dependencies.clock)
    this.candles = new ClosedCandles({
      timeframeMs,
      from: from ?? bucketOpen(dependencies.clock.now(), timeframeMs),
      patienceMs: PATIENCE * source.graceMs,
    })
    this.due = this.dueNext()
  }

  /** How long until the source should be asked, by its own time. */
  waitMs(): Millis {
    return this.due - this.time.now()
  }

  private dueNext(): Millis {
    const { source, timeframeMs } = this.request
    const jitter = this.dependencies.clock.random() * JITTER_MS
    return this.candles.next + timeframeMs + source.graceMs + jitter
  }

  async poll(): Promise<readonly FeedEvent[]> {
    const { source } = this.request
    const before = this.candles.next
    try {
      const { asker } = this.dependencies
      const { candles, until, sourceTime } = await fetchWindow(
        { source, asker, time: this.time },
        this.window(),
      )
      const events = this.candles.take({ candles, until, sourceTime })
      const hasMoved = this.candles.next > before
      if (hasMoved) this.tries = 0
      this.due = hasMoved ? this.dueNext() : this.again()
      return [...events, ...this.freshness('the source has no newer candle')]
    } catch (error) {
      if (!(error instanceof AskError) || error.why !== 'failed') throw error
      this.due = this.again()
      return this.freshness(error.message)
    }
  }

  /** No more than a page at once: an outage may have been long. */
  private window(): PageRequest {
    const { market, base, timeframe, timeframeMs, source } = this.request
    const since = this.candles.askFrom
    const until = Math.min(
      since + source.page * timeframeMs,
      Math.max(
        this.candles.next + timeframeMs,
        bucketOpen(this.time.now() - source.graceMs, timeframeMs),
      ),
    )
    return { market, base, timeframe, timeframeMs, since, until }
  }

  private again(): Millis {
    const wait = Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** this.tries++)
    return this.time.now() + wait
  }

  /** Whether the last candle ended too long ago: told once, and once when that is over. */
  private freshness(reason: string): readonly FeedEvent[] {
    const {
      timeframeMs,
      source,
      staleMs = 2 * timeframeMs + PATIENCE * source.graceMs,
    } = this.request
    const since = this.candles.next
    const isStale = this.time.now() - since > staleMs
    if (isStale === this.isStale) return []
    this.isStale = isStale
    return [isStale ? { kind: 'stale', since, reason } : { kind: 'fresh', since }]
  }
}
