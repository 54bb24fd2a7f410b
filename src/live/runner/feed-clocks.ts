import type { Millis } from '../../core/candles/time.js'
import type { FedMarket } from './runner-input.js'

/** Until when each feed of a session has told all its candles: what all have told needs no waiting. */
export class FeedClocks {
  private readonly feeds: number
  private readonly told = new Map<string, Millis>()

  constructor(feeds: number) {
    this.feeds = feeds
  }

  /** @returns until when all feeds have told their candles; null where there is one feed, or one is silent */
  tell(feed: string, until: Millis): Millis | null {
    if (this.feeds < 2) return null
    this.told.set(feed, until)
    return this.told.size < this.feeds ? null : Math.min(...this.told.values())
  }
}

/** What a feed is called among those of its session. */
export function feedName(of: FedMarket): string {
  return typeof of === 'number' ? String(of) : `${of.symbol} ${of.timeframeMs}`
}
