import { bucketOpen } from '../../../core/candles/resample.js'
import type { Millis } from '../../../core/candles/time.js'
import type { CandleRow } from '../../../core/ports/market/candles.js'
import type { FeedEvent } from '../../../core/ports/market/feed.js'
import type { Clock } from '../clock.js'
import { AskError, type Asker } from '../fetch/asker.js'
import { SourceTime } from '../fetch/source-time.js'
import { fetchWindow } from '../fetch/window-fetch.js'
import type { CandleSource, PageRequest } from '../source.js'
import { ClosedCandles, type FeedAnswer } from './closed-candles.js'
import { isSameCandle, type CloseHints } from './close-hints.js'
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
  /** What tells that a candle has closed, so that it is asked for at once. */
  readonly hints?: CloseHints | undefined
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
  const { clock, signal, hints } = dependencies
  const feed = new PollFeed(request, dependencies)
  while (!signal.aborted) {
    const wait = feed.waitMs()
    if (wait <= 0) {
      yield* await feed.poll()
      continue
    }
    await sleepUnless(signal, clock, wait, hints?.woken)
    feed.hear(hints?.take())
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
  private hint: CandleRow | undefined

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

  /** A candle is said to have closed: it is asked for now. */
  hear(hint: CandleRow | undefined): void {
    if (hint === undefined || hint.time < this.candles.next) return
    this.hint = hint
    this.due = this.time.now()
  }

  private dueNext(): Millis {
    const { source, timeframeMs } = this.request
    const jitter = this.dependencies.clock.random() * JITTER_MS
    return this.candles.next + timeframeMs + source.graceMs + jitter
  }

  async poll(): Promise<readonly FeedEvent[]> {
    const before = this.candles.next
    try {
      const events = this.candles.take(await this.ask())
      const hasMoved = this.candles.next > before
      if (hasMoved) this.tries = 0
      const next = this.dueNext()
      // A hint that came to nothing changes nothing of when it is asked.
      this.due = hasMoved || next > this.time.now() ? next : this.again()
      return [...events, ...this.freshness('the source has no newer candle')]
    } catch (error) {
      if (!(error instanceof AskError) || error.why !== 'failed') throw error
      this.due = this.again()
      return this.freshness(error.message)
    }
  }

  /**
   * What has closed, by the word of an answer. A candle that a hint told of need not have been over
   * for long, if the answer has the values of the hint: two ways that agree have all trades.
   */
  private async ask(): Promise<FeedAnswer> {
    const { hint } = this
    const { timeframeMs } = this.request
    const source = hint === undefined ? this.request.source : { ...this.request.source, graceMs: 0 }
    this.hint = undefined
    const { asker } = this.dependencies
    const from = { source, asker, time: this.time }
    const answer = await fetchWindow(from, this.window(source))
    if (hint === undefined) return answer
    const found = answer.candles.find(({ time }) => time === hint.time)
    const isSure = found !== undefined && isSameCandle(found, hint)
    const usual = bucketOpen(answer.sourceTime - this.request.source.graceMs, timeframeMs)
    const until = Math.min(answer.until, isSure ? hint.time + timeframeMs : usual)
    return { ...answer, until, candles: answer.candles.filter(({ time }) => time < until) }
  }

  /** No more than a page at once: an outage may have been long. */
  private window(source: CandleSource): PageRequest {
    const { market, base, timeframe, timeframeMs } = this.request
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
