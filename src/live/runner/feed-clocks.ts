import type { Millis } from '../../core/candles/time.js'
import type { Session } from '../../core/engine/session.js'
import type { FedMarket } from './runner-input.js'

/**
 * Until when each feed of a session has told all its candles: what all have told needs no waiting.
 * A market that trades is waited for as long as is said, and one whose feed is stale not at all.
 */
export class FeedClocks {
  private readonly feeds: number
  private readonly waitMs: Millis
  private readonly told = new Map<string, Millis>()
  /** Close of the candles that wait for those of other markets, and since when; null where none do. */
  private waiting: { readonly closes: Millis; readonly since: Millis } | null = null

  constructor(feeds: number, waitMs: Millis) {
    this.feeds = feeds
    this.waitMs = waitMs
  }

  /** @returns until when all feeds have told their candles; null where there is one feed, or one is silent */
  tell(feed: string, until: Millis): Millis | null {
    if (this.feeds < 2) return null
    this.told.set(feed, until)
    if (this.told.size < this.feeds) return null
    const all = Math.min(...this.told.values())
    return all === Infinity ? null : all
  }

  /** @returns the close up to which candles are waited for no longer; null where there is none */
  overdue({ waiting: closes }: Session, now: Millis): Millis | null {
    if (closes === null) this.waiting = null
    else if (closes !== this.waiting?.closes)
      this.waiting = { closes, since: Math.max(now, closes) }
    if (this.waiting === null || now - this.waiting.since < this.waitMs) return null
    return this.waiting.closes
  }
}

/** What a feed is called among those of its session. */
export function feedName(of: FedMarket): string {
  return typeof of === 'number' ? String(of) : `${of.symbol} ${of.timeframeMs}`
}
