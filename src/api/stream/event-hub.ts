import { eventWords } from '../../app/live/session/event-text.js'
import type { Clock } from '../../core/ports/clock.js'
import type { EventFeed, FeedEvent } from '../../core/ports/server/event-feed.js'
import { formatTime } from '../../core/candles/time.js'

/** How often the store is asked whether something has happened. */
const POLL_MS = 150
const PAGE = 1000

/** An event as it is sent, made once for all who read it. */
export interface SentEvent {
  readonly event: FeedEvent
  /** One line of JSON. */
  readonly json: string
}

/** An event as it is sent. */
export function sentEvent(event: FeedEvent): SentEvent {
  return { event, json: JSON.stringify(feedEventJson(event)) }
}

/** Hears of events as they come; it must not wait. */
export type HubReader = (events: readonly SentEvent[]) => void

/** An event as programs see it. */
export function feedEventJson({ number, sessionId, seq, time, type, payload }: FeedEvent) {
  return {
    seq: number,
    session_id: sessionId,
    session_seq: seq,
    time: formatTime(time),
    type,
    text: eventWords({ type, payload }),
    payload,
  }
}

/**
 * Reads what is stored since, and gives it to all who listen. It reads only while somebody listens.
 * A reader that is slow holds up nobody: it is given the events and nothing waits for it.
 */
export class EventHub {
  private readonly feed: () => Promise<EventFeed>
  private readonly clock: Clock
  private readonly onTrouble: (error: unknown) => void
  private readonly readers = new Set<HubReader>()
  private last = 0
  private polling: Promise<void> | null = null
  private stop = new AbortController()

  constructor(
    feed: () => Promise<EventFeed>,
    clock: Clock,
    onTrouble: (error: unknown) => void = () => undefined,
  ) {
    this.feed = feed
    this.clock = clock
    this.onTrouble = onTrouble
  }

  /** Number of the last event that was seen. */
  get lastNumber(): number {
    return this.last
  }

  /**
   * Gives events to a reader from now on. @returns the number after which it hears of them, and what
   * ends it
   */
  async listen(reader: HubReader): Promise<{ readonly after: number; readonly end: () => void }> {
    if (this.readers.size === 0) {
      const last = await (await this.feed()).advance()
      // Another one may have begun to listen meanwhile.
      if (this.readers.size === 0) this.last = last
    }
    this.readers.add(reader)
    const after = this.last
    this.polling ??= this.poll()
    return { after, end: () => void this.readers.delete(reader) }
  }

  /** Ends all. */
  async close(): Promise<void> {
    this.readers.clear()
    this.stop.abort()
    await this.polling
  }

  private async poll(): Promise<void> {
    let isTold = false
    while (this.readers.size > 0 && !this.stop.signal.aborted) {
      try {
        await this.forward(await this.feed())
        isTold = false
      } catch (error) {
        // Once for each time that the store goes away, not at each look.
        if (!isTold) this.onTrouble(error)
        isTold = true
      }
      await this.clock.sleep(POLL_MS, this.stop.signal)
    }
    this.polling = null
  }

  private async forward(feed: EventFeed): Promise<void> {
    if ((await feed.advance()) === this.last) return
    for (;;) {
      const events = await feed.read({ after: this.last, limit: PAGE })
      if (events.length === 0) return
      this.last = events.at(-1)!.number
      const sent = events.map(sentEvent)
      for (const reader of this.readers) this.give(reader, sent)
    }
  }

  /** One that throws is no matter of the others. */
  private give(reader: HubReader, events: readonly SentEvent[]): void {
    try {
      reader(events)
    } catch (error) {
      this.onTrouble(error)
    }
  }
}
