import { bucketOpen } from '../../../core/candles/resample.js'
import type { Millis } from '../../../core/candles/time.js'
import type { FeedEvent } from '../../../core/ports/market/feed.js'
import type { PolledPrice } from '../../../core/ports/market/polled-prices.js'
import type { Clock } from '../clock.js'
import { sleepUnless } from '../feed/sleep-unless.js'
import { AskError, type Asker } from '../fetch/asker.js'
import { SourceTime } from '../fetch/source-time.js'
import { JumpFilter } from './jump-filter.js'
import { PriceCandles } from './price-candles.js'
import type { PriceAnswer, PriceSource } from './price-source.js'
import { SlotClock } from './slot-clock.js'

/** Which candles are built of polled prices. */
export interface PriceFeedRequest {
  readonly source: PriceSource
  /** The coin whose price in dollars it is. */
  readonly mint: string
  readonly timeframeMs: Millis
  /** From here on without a new price, the feed is stale. */
  readonly staleMs: Millis
  /** From so many slots of the chain on without a new price, too. */
  readonly staleSlots: number
}

export interface PriceFeedDependencies {
  readonly asker: Asker
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Hears each new price as it was told, before any is left out. */
  readonly onPrice?: (price: PolledPrice) => void
}

/** What was left out of the candles, counted. */
export interface PriceCounts {
  readonly prices: number
  /** Came after their candle was given out. */
  readonly late: number
  /** Lay too far from the others. */
  readonly rejected: number
  /** Candles without a price. */
  readonly carried: number
}

/** A feed of candles that are made here, of prices as they are polled. */
export interface PriceFeed extends AsyncIterable<FeedEvent> {
  readonly counts: () => PriceCounts
}

/**
 * Candles of polled prices, each given out when no price can come for it any more. The first one is
 * the next that begins: of one under way the beginning is not known.
 * @throws AskError where no further request will do
 */
export function priceFeed(
  request: PriceFeedRequest,
  dependencies: PriceFeedDependencies,
): PriceFeed {
  const poller = new PricePoller(request, dependencies)
  return { [Symbol.asyncIterator]: () => poller.events(), counts: () => poller.counts() }
}

class PricePoller {
  private readonly request: PriceFeedRequest
  private readonly dependencies: PriceFeedDependencies
  private readonly time: SourceTime
  private readonly slots = new SlotClock()
  private readonly filter = new JumpFilter()
  private readonly candles: PriceCandles
  private due: Millis
  private lastSlot: number | null = null
  /** When the newest price was made. */
  private newest: Millis
  private isStale = false
  private reason = ''

  constructor(request: PriceFeedRequest, dependencies: PriceFeedDependencies) {
    const { timeframeMs } = request
    this.request = request
    this.dependencies = dependencies
    this.time = new SourceTime(dependencies.clock)
    const now = this.time.now()
    const from = bucketOpen(now + timeframeMs - 1, timeframeMs)
    this.candles = new PriceCandles({ timeframeMs, from })
    this.newest = this.due = now
  }

  counts(): PriceCounts {
    return { ...this.candles.counts, rejected: this.filter.rejected }
  }

  async *events(): AsyncGenerator<FeedEvent> {
    const { clock, signal } = this.dependencies
    const { graceMs } = this.request.source
    while (!signal.aborted) {
      const closing = this.candles.next + this.request.timeframeMs + graceMs
      const wait = Math.min(this.due, closing) - this.time.now()
      if (wait > 0) {
        await sleepUnless(signal, clock, wait)
        continue
      }
      if (this.time.now() >= this.due) await this.poll()
      yield* this.candles.closeUntil(this.time.now() - graceMs)
      yield* this.freshness()
    }
  }

  private async poll(): Promise<void> {
    const { source, mint } = this.request
    const { asker } = this.dependencies
    this.due = this.time.now() + source.pollMs
    try {
      const answer = await asker.ask({
        ...source.request(mint),
        judge: one => source.judge(one),
        read: one => ({ ...source.read(one, mint), at: this.time.of(one, undefined) }),
      })
      this.take(answer, answer.at)
    } catch (error) {
      if (!(error instanceof AskError) || error.why !== 'failed') throw error
      this.reason = error.message
    }
  }

  private take({ price, slot, newestSlot }: PriceAnswer, at: Millis): void {
    if (newestSlot !== null) this.slots.see(newestSlot, at)
    this.reason = 'the source has no newer price'
    if (price === null) return
    this.candles.hear(at)
    if (slot !== null && slot === this.lastSlot) return
    this.lastSlot = slot
    const time = slot === null ? at : this.slots.timeOf(slot, at)
    this.dependencies.onPrice?.({
      price,
      heardAt: this.dependencies.clock.now(),
      madeAt: time,
      slot,
    })
    for (const sample of this.filter.take({ price, time })) {
      this.candles.take(sample)
      this.newest = Math.max(this.newest, sample.time)
    }
  }

  /** By the age of the newest price, in seconds and in slots: an answer alone is no news. */
  private freshness(): readonly FeedEvent[] {
    const { staleMs, staleSlots } = this.request
    const now = this.time.now()
    const slots = this.lastSlot === null ? 0 : this.slots.age(this.lastSlot, now)
    const isOld = now - this.newest > staleMs
    const isStale = isOld || slots > staleSlots
    if (isStale === this.isStale) return []
    this.isStale = isStale
    const since = this.newest
    if (!isStale) return [{ kind: 'fresh', since }]
    const reason = isOld ? this.reason : `its price is ${Math.round(slots)} slots old`
    return [{ kind: 'stale', since, reason }]
  }
}
