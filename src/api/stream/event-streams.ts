import type { FastifyReply } from 'fastify'
import type { Clock } from '../../core/ports/clock.js'
import type { EventFeed } from '../../core/ports/server/event-feed.js'
import type { KeyRing } from '../guard/key-ring.js'
import { ApiError } from '../problem.js'
import { sentEvent, type EventHub } from './event-hub.js'
import { SocketClient, type Socket } from './socket-client.js'
import { SseClient } from './sse-client.js'
import { StreamPace, type StreamClient, type StreamFilter } from './stream-client.js'

const STREAMS_MAX = 1000
const STREAMS_OF_KEY_MAX = 10
/** Streams are looked after so often: stalled ones dropped, keys checked. */
const LOOK_MS = 1000
/** Events of the past are sent so many at a time. */
const PAGE = 200
/** A reader of the past is given more when less than this is on its way to it. */
const NEXT_PAGE_BYTES = 16 * 1024
const DRAIN_MS = 10
/** When the server ends, a reader has so long to take the last word. */
const BYE_MS = 500

interface OpenStream {
  readonly client: StreamClient
  readonly keyId: string
  readonly pace: StreamPace
  /** Whether it has the past that it asked for. */
  isLive: boolean
  end(): void
}

/** Which events a stream is for, and from where on. */
export interface StreamRange extends StreamFilter {
  /** Those after this number; null for those from now on. */
  readonly after: number | null
}

/** What streams need. */
export interface StreamParts {
  readonly hub: EventHub
  readonly feed: () => Promise<EventFeed>
  readonly keyRing: KeyRing
  readonly clock: Clock
  /** Hears of what ends a stream that is not its reader's doing. */
  readonly onTrouble?: (error: unknown) => void
  /** Streams that one key may have; the dashboard and load tests take several. */
  readonly perKey?: number | undefined
}

/** All open streams of events, server-sent and by WebSocket. */
export class EventStreams {
  private readonly parts: StreamParts
  private readonly open = new Set<OpenStream>()
  private timer: NodeJS.Timeout | null = null
  private seconds = 0
  private droppedCount = 0

  constructor(parts: StreamParts) {
    this.parts = parts
  }

  /** How many are open. */
  get count(): number {
    return this.open.size
  }

  /** How many were dropped because they did not read. */
  get dropped(): number {
    return this.droppedCount
  }

  /** Whether a stream may be opened. @throws ApiError EVENTS_GONE, BUSY, RATE_LIMITED */
  async admit(keyId: string, { after }: StreamRange): Promise<void> {
    if (after !== null && after > this.parts.hub.lastNumber) {
      const last = await (await this.parts.feed()).advance()
      if (after > last) {
        throw new ApiError('EVENTS_GONE', `there is no event ${after}: the last one is ${last}`, {
          hint: 'the database is another one than before: read how things stand, and stream from now on',
        })
      }
    }
    this.refuseTooMany(keyId)
  }

  /** Answers a request that was admitted with a stream of server-sent events. */
  sendEvents(reply: FastifyReply, keyId: string, range: StreamRange): Promise<void> {
    // Plugins have put theirs on the reply, which is not used any more.
    const headers = { ...reply.getHeaders() } as Record<string, string>
    reply.hijack()
    reply.raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    reply.raw.write('retry: 2000\n\n')
    return this.follow(new SseClient(reply.raw, range), keyId, range)
  }

  /** Sends events to a socket that was admitted. */
  sendMessages(socket: Socket, keyId: string, range: StreamRange): Promise<void> {
    return this.follow(new SocketClient(socket, range), keyId, range)
  }

  /** Ends all streams, with a word for those who read. */
  async close(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
    for (const { client } of this.open) client.bye('the server ends')
    const { clock } = this.parts
    for (const until = clock.monotonic() + BYE_MS; this.open.size > 0;) {
      if (clock.monotonic() >= until) break
      await clock.sleep(DRAIN_MS)
    }
    for (const stream of this.open) {
      stream.client.drop()
      this.remove(stream)
    }
  }

  private refuseTooMany(keyId: string): void {
    const { perKey = STREAMS_OF_KEY_MAX } = this.parts
    const own = [...this.open].filter(stream => stream.keyId === keyId).length
    if (this.open.size >= STREAMS_MAX) {
      throw new ApiError('BUSY', `${STREAMS_MAX} streams are open, which is all there may be`, {
        headers: { 'retry-after': '5' },
      })
    }
    if (own >= perKey) {
      throw new ApiError(
        'RATE_LIMITED',
        `this key has ${own} streams open, which is all it may have`,
        {
          hint: 'end one of them, or share one between what reads',
          headers: { 'retry-after': '5' },
        },
      )
    }
  }

  private async follow(client: StreamClient, keyId: string, range: StreamRange): Promise<void> {
    const { hub, clock, onTrouble } = this.parts
    const pace = new StreamPace(client, () => clock.monotonic())
    const stream: OpenStream = { client, keyId, pace, isLive: false, end: () => undefined }
    this.open.add(stream)
    client.onClose(() => this.remove(stream))
    this.timer ??= setInterval(() => this.look(), LOOK_MS)
    try {
      const { after, end } = await hub.listen(events => {
        if (stream.isLive) client.send(events)
      })
      stream.end = end
      // It may have gone while the others were waited for.
      if (client.isClosed) return this.remove(stream)
      client.hello(clock.now(), after)
      await this.catchUp(stream, range)
    } catch (error) {
      // Its reader comes back with the number of the last event that it has.
      onTrouble?.(error)
      client.drop()
      this.remove(stream)
    }
  }

  /** Sends what lies before, a page at a time, as fast as it is taken; then what comes. */
  private async catchUp(stream: OpenStream, { after, ...filter }: StreamRange): Promise<void> {
    const { hub } = this.parts
    const { client } = stream
    const feed = await this.parts.feed()
    let next = after ?? hub.lastNumber
    client.startAfter(next)
    // Nothing comes between the comparison and the switch: both are one step.
    while (next < hub.lastNumber) {
      const until = hub.lastNumber
      const events = await feed.read({ after: next, limit: PAGE, ...filter })
      const within = events.filter(({ number }) => number <= until)
      client.send(within.map(sentEvent))
      next = within.length < PAGE ? until : within.at(-1)!.number
      client.startAfter(next)
      if (!(await this.isTaken(stream))) return
    }
    stream.isLive = true
  }

  /** Waits until a reader has nearly all that it was sent; one that takes nothing is dropped. */
  private async isTaken(stream: OpenStream): Promise<boolean> {
    const { client, pace } = stream
    while (!client.isClosed && client.pendingBytes > NEXT_PAGE_BYTES) {
      if (pace.isStuck) {
        this.drop(stream)
        return false
      }
      await this.parts.clock.sleep(DRAIN_MS)
    }
    return !client.isClosed
  }

  private look(): void {
    this.seconds += LOOK_MS / 1000
    for (const stream of this.open) {
      const { client, pace, isLive } = stream
      if (client.isClosed) this.remove(stream)
      else if (pace.isStuck || (isLive && pace.isFull)) this.drop(stream)
      else client.keep(this.seconds)
    }
    for (const keyId of new Set([...this.open].map(stream => stream.keyId))) {
      void this.parts.keyRing
        .isValid(keyId)
        .then(isValid => {
          if (!isValid) this.endOf(keyId)
        })
        .catch(() => undefined)
    }
  }

  private endOf(keyId: string): void {
    for (const stream of this.open) {
      if (stream.keyId === keyId) stream.client.bye('the key is no longer valid')
    }
  }

  private drop(stream: OpenStream): void {
    this.droppedCount += 1
    stream.client.drop()
    this.remove(stream)
  }

  private remove(stream: OpenStream): void {
    stream.end()
    this.open.delete(stream)
  }
}
