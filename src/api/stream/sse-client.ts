import type { ServerResponse } from 'node:http'
import type { SentEvent } from './event-hub.js'

/** What a reader may have in its way before it is dropped: it comes back with its last number. */
const PENDING_BYTES_MAX = 256 * 1024
/** Longest that anything may stay in its way. */
const STALLED_MS = 10_000
/** A comment so often keeps proxies from ending a quiet stream. */
export const COMMENT_MS = 15_000

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

/** One reader of a stream of server-sent events. It never waits for the reader. */
export class SseClient {
  private readonly response: ServerResponse
  private readonly filter: StreamFilter
  private readonly now: () => number
  private stalledSince: number | null = null
  private sent = 0

  constructor(response: ServerResponse, filter: StreamFilter, now: () => number) {
    this.response = response
    this.filter = filter
    this.now = now
  }

  /** Number of the last event that was sent or passed over. */
  get position(): number {
    return this.sent
  }

  /** Sends what of the events it is for. */
  send(events: readonly SentEvent[]): void {
    const text = events
      .filter(one => one.event.number > this.sent && isMeant(one, this.filter))
      .map(({ event, json }) => `id: ${event.number}\nevent: ${event.type}\ndata: ${json}\n\n`)
      .join('')
    const last = events.at(-1)
    if (last !== undefined) this.sent = Math.max(this.sent, last.event.number)
    if (text !== '') this.write(text)
  }

  /** Starts after a number: what lies before has been sent, or was not asked for. */
  startAfter(number: number): void {
    this.sent = Math.max(this.sent, number)
  }

  /** Tells something that is not stored. */
  tell(name: string, value: unknown): void {
    this.write(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`)
  }

  /** Tells where it is. */
  mark(): void {
    if (this.sent > 0) this.write(`id: ${this.sent}\nevent: position\ndata: {}\n\n`)
  }

  /** Keeps the connection. */
  comment(): void {
    this.write(': \n\n')
  }

  /** Whether so much has waited for so long that it must be dropped. */
  get isStalled(): boolean {
    const { writableLength, destroyed } = this.response
    if (destroyed) return true
    if (writableLength > PENDING_BYTES_MAX) return true
    if (writableLength === 0) this.stalledSince = null
    else this.stalledSince ??= this.now()
    return this.stalledSince !== null && this.now() - this.stalledSince > STALLED_MS
  }

  /** Says goodbye and ends. */
  bye(): void {
    if (!this.response.destroyed) this.response.end('event: bye\ndata: {}\n\n')
  }

  /** Ends at once. */
  drop(): void {
    this.response.destroy()
  }

  private write(text: string): void {
    if (!this.response.destroyed && !this.response.writableEnded) this.response.write(text)
  }
}
