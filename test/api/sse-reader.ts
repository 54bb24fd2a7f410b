import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'

/** A message of a stream of server-sent events. */
export interface Message {
  readonly id: number | null
  readonly name: string
  readonly data: string
}

/** What a reader asks for. */
export interface Reading {
  readonly url: string
  readonly key: string
  readonly lastId?: number | undefined
  /** It cuts the connection after so many bytes. */
  readonly cutAfter?: number
}

/** Reads a stream, byte by byte as it comes, as a program would. */
export class SseReader {
  readonly response: IncomingMessage
  /** Fulfilled when the stream has ended, however that was. */
  readonly ended: Promise<void>
  private bytes = Buffer.alloc(0)

  private constructor(response: IncomingMessage, cutAfter: number) {
    this.response = response
    this.ended = new Promise(done => response.once('close', () => done()))
    response.on('error', () => undefined)
    response.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]).subarray(0, cutAfter)
      if (this.bytes.length >= cutAfter) response.destroy()
    })
  }

  /** Begins to read. @throws Error where the answer is no stream */
  static async open({ url, key, lastId, cutAfter = Infinity }: Reading): Promise<SseReader> {
    const headers = {
      authorization: `Bearer ${key}`,
      accept: 'text/event-stream',
      ...(lastId !== undefined && { 'last-event-id': String(lastId) }),
    }
    const request = get(url, { headers, agent: false })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    if (response.statusCode !== 200) {
      response.resume()
      throw new Error(`status ${response.statusCode}`)
    }
    return new SseReader(response, cutAfter)
  }

  /** Messages that came whole. */
  get messages(): readonly Message[] {
    const whole = this.bytes.toString('utf8').split('\n\n').slice(0, -1)
    return whole
      .filter(text => text.includes('event: '))
      .map(text => {
        const field = (name: string): string | undefined =>
          new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]
        const id = field('id')
        return {
          id: id === undefined ? null : Number(id),
          name: field('event') ?? '',
          data: field('data') ?? '',
        }
      })
  }

  /** Numbers of the events that came. */
  get numbers(): readonly number[] {
    return this.messages.flatMap(({ id, name }) => (id === null || name === 'position' ? [] : [id]))
  }

  /** Waits until something holds. */
  async until(holds: (reader: SseReader) => boolean): Promise<void> {
    while (!holds(this)) await new Promise(done => setTimeout(done, 10))
  }

  close(): void {
    this.response.destroy()
  }
}
