import type { ServerResponse } from 'node:http'
import { formatTime, type Millis } from '../../core/candles/time.js'
import type { SentEvent } from './event-hub.js'
import { isMeant, type StreamClient, type StreamFilter } from './stream-client.js'

/** A comment so often keeps proxies from ending a quiet stream. */
const COMMENT_SECONDS = 15
/** A filtered stream is told where it is so often, so that it resumes near the end. */
const MARK_SECONDS = 5

/** One reader of a stream of server-sent events. */
export class SseClient implements StreamClient {
  private readonly response: ServerResponse
  private readonly filter: StreamFilter
  private position = 0

  constructor(response: ServerResponse, filter: StreamFilter) {
    this.response = response
    this.filter = filter
  }

  get pendingBytes(): number {
    return this.response.writableLength
  }

  get isClosed(): boolean {
    return this.response.destroyed || this.response.socket === null
  }

  hello(time: Millis, last: number): void {
    this.write(`event: hello\ndata: ${JSON.stringify({ time: formatTime(time), last })}\n\n`)
  }

  send(events: readonly SentEvent[]): void {
    const text = events
      .filter(one => one.event.number > this.position && isMeant(one, this.filter))
      .map(({ event, json }) => `id: ${event.number}\nevent: ${event.type}\ndata: ${json}\n\n`)
      .join('')
    const last = events.at(-1)
    if (last !== undefined) this.startAfter(last.event.number)
    if (text !== '') this.write(text)
  }

  startAfter(number: number): void {
    this.position = Math.max(this.position, number)
  }

  keep(seconds: number): void {
    if (seconds % COMMENT_SECONDS === 0) this.write(': \n\n')
    else if (seconds % MARK_SECONDS === 0 && this.position > 0) {
      this.write(`id: ${this.position}\nevent: position\ndata: {}\n\n`)
    }
  }

  bye(): void {
    if (!this.isClosed && !this.response.writableEnded) {
      this.response.end('event: bye\ndata: {}\n\n')
    }
  }

  drop(): void {
    this.response.destroy()
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener)
  }

  private write(text: string): void {
    if (!this.isClosed && !this.response.writableEnded) this.response.write(text)
  }
}
