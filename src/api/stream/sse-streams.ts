import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../core/ports/clock.js'
import type { EventFeed } from '../../core/ports/event-feed.js'
import { formatTime } from '../../core/candles/time.js'
import type { KeyRing } from '../guard/key-ring.js'
import { ApiError } from '../problem.js'
import { feedEventJson, MARK_MS, type EventHub } from './event-hub.js'
import { COMMENT_MS, SseClient, type StreamFilter } from './sse-client.js'

const STREAMS_MAX = 1000
const STREAMS_OF_KEY_MAX = 10
/** Streams are looked after so often: stalled ones dropped, keys checked. */
const LOOK_MS = 1000
const PAGE = 1000

interface OpenStream {
  readonly client: SseClient
  readonly keyId: string
  end(): void
}

/** What streams need. */
export interface StreamParts {
  readonly hub: EventHub
  readonly feed: () => Promise<EventFeed>
  readonly keyRing: KeyRing
  readonly clock: Clock
  /** Streams that one key may have; the dashboard and load tests take several. */
  readonly perKey?: number
}

/** All open streams of server-sent events. */
export class SseStreams {
  private readonly parts: StreamParts
  private readonly open = new Set<OpenStream>()
  private timer: NodeJS.Timeout | null = null
  private ticks = 0
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

  /** Answers a request with a stream. @throws ApiError BUSY, RATE_LIMITED */
  async start(
    request: FastifyRequest,
    reply: FastifyReply,
    { after, ...filter }: StreamFilter & { readonly after: number | null },
  ): Promise<void> {
    const { keyId } = request.caller!
    this.refuseTooMany(keyId)
    const { hub, clock } = this.parts
    const client = this.opened(reply, filter)
    // What comes while older events are read waits here, so that nothing is missed or sent twice.
    let early: Parameters<SseClient['send']>[0][number][] | null = []
    const listening = await hub.listen(events => {
      if (early === null) client.send(events)
      else early.push(...events)
    })
    const stream: OpenStream = { client, keyId, end: listening.end }
    this.open.add(stream)
    reply.raw.on('close', () => this.remove(stream))
    client.tell('hello', { time: formatTime(clock.now()), last: listening.after })
    if (after === null) client.startAfter(listening.after)
    else await this.catchUp(client, { after, until: listening.after, filter })
    const missed = early
    early = null
    client.send(missed)
    this.timer ??= setInterval(() => this.look(), LOOK_MS)
  }

  /** Ends all streams, with a word. */
  close(): void {
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
    for (const stream of this.open) stream.client.bye()
  }

  private refuseTooMany(keyId: string): void {
    const { perKey = STREAMS_OF_KEY_MAX } = this.parts
    const own = [...this.open].filter(stream => stream.keyId === keyId).length
    if (this.open.size >= STREAMS_MAX) {
      throw new ApiError('BUSY', `${STREAMS_MAX} streams are open, which is all there may be`)
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

  private opened(reply: FastifyReply, filter: StreamFilter): SseClient {
    const { clock } = this.parts
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
    return new SseClient(reply.raw, filter, () => clock.monotonic())
  }

  private async catchUp(
    client: SseClient,
    { after, until, filter }: { after: number; until: number; filter: StreamFilter },
  ): Promise<void> {
    const feed = await this.parts.feed()
    client.startAfter(after)
    for (let next = after; next < until;) {
      const events = await feed.read({ after: next, limit: PAGE, ...filter })
      const within = events.filter(({ number }) => number <= until)
      client.send(within.map(event => ({ event, json: JSON.stringify(feedEventJson(event)) })))
      if (within.length < PAGE) break
      next = within.at(-1)!.number
      // A reader that takes nothing is not given a whole history.
      if (client.isStalled) return this.drop(client)
      await new Promise(resolve => setImmediate(resolve))
    }
    client.startAfter(until)
  }

  private look(): void {
    this.ticks += 1
    for (const { client, keyId } of this.open) {
      if (client.isStalled) this.drop(client)
      else if ((this.ticks * LOOK_MS) % COMMENT_MS === 0) client.comment()
      else if ((this.ticks * LOOK_MS) % MARK_MS === 0) client.mark()
      void this.parts.keyRing
        .isValid(keyId)
        .then(isValid => void (isValid || client.bye()))
        .catch(() => undefined)
    }
  }

  private drop(client: SseClient): void {
    this.droppedCount += 1
    client.drop()
  }

  private remove(stream: OpenStream): void {
    stream.end()
    this.open.delete(stream)
  }
}
