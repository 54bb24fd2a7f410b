import type { Millis } from '../../core/candles/time.js'
import type { SentEvent } from './event-hub.js'

/** What a reader may have in its way before it is dropped: it comes back with its last number. */
const PENDING_BYTES_MAX = 256 * 1024
/** Longest that a reader may take nothing of what is in its way. */
const STUCK_MS = 10_000

/** Which events a stream is for. */
export interface StreamFilter {
  readonly sessionId?: string | undefined
  readonly type?: string | undefined
}

/** Whether an event is of a stream. */
export function isMeant({ event }: SentEvent, { sessionId, type }: StreamFilter): boolean {
  return (
    (sessionId === undefined || event.sessionId === sessionId) &&
    (type === undefined || event.type === type)
  )
}

/** One reader of events. Nothing waits for it, whatever it does. */
export interface StreamClient {
  /** What was sent and has not left this machine. */
  readonly pendingBytes: number
  readonly isClosed: boolean
  /** Tells the time and the number of the last event there is. */
  hello(time: Millis, last: number): void
  /** Sends what of the events it is for and has not been sent. */
  send(events: readonly SentEvent[]): void
  /** Starts after a number: what lies before has been sent, or was not asked for. */
  startAfter(number: number): void
  /** Keeps the connection; called each second. @param seconds since the server has begun */
  keep(seconds: number): void
  /** Says goodbye and ends. */
  bye(reason: string): void
  /** Ends at once. */
  drop(): void
  onClose(listener: () => void): void
}

/** How a reader keeps up. */
export class StreamPace {
  private readonly client: StreamClient
  private readonly now: () => Millis
  private least = 0
  private since: Millis | null = null

  constructor(client: StreamClient, now: () => Millis) {
    this.client = client
    this.now = now
  }

  /** Whether more is in its way than a reader may leave there. */
  get isFull(): boolean {
    return this.client.pendingBytes > PENDING_BYTES_MAX
  }

  /** Whether it has taken nothing for so long that it must be dropped. */
  get isStuck(): boolean {
    const { pendingBytes } = this.client
    if (pendingBytes === 0) this.since = null
    else if (this.since === null || pendingBytes < this.least) this.since = this.now()
    this.least = pendingBytes
    return this.since !== null && this.now() - this.since > STUCK_MS
  }
}
