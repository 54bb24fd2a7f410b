import { isMeant, type StreamFilter } from './sse-client.js'
import type { SentEvent } from './event-hub.js'

const PENDING_BYTES_MAX = 256 * 1024
const PING_MS = 20_000

/** What is used of a WebSocket, whose package brings no types. */
export interface Socket {
  readonly bufferedAmount: number
  send(text: string): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'pong' | 'close' | 'message', listener: () => void): void
}

/** Sends events to a WebSocket. It takes no commands: there is one way to trade, and one to audit. */
export class SocketClient {
  private readonly socket: Socket
  private readonly filter: StreamFilter
  private readonly timer: NodeJS.Timeout
  private missed = 0

  /** @param isValid whether the key that opened it still holds */
  constructor(socket: Socket, filter: StreamFilter, isValid: () => Promise<boolean>) {
    this.socket = socket
    this.filter = filter
    socket.on('pong', () => (this.missed = 0))
    this.timer = setInterval(() => this.ping(isValid), PING_MS)
    socket.on('close', () => clearInterval(this.timer))
  }

  /** Sends what of the events it is for; a reader that takes nothing is dropped. */
  send(events: readonly SentEvent[]): void {
    const { socket } = this
    for (const one of events) {
      if (!isMeant(one, this.filter)) continue
      if (socket.bufferedAmount > PENDING_BYTES_MAX) return socket.terminate()
      socket.send(one.json)
    }
  }

  /** Ends it. */
  end(code: number, reason: string): void {
    this.socket.close(code, reason)
  }

  private ping(isValid: () => Promise<boolean>): void {
    this.missed += 1
    if (this.missed > 2) return this.socket.terminate()
    this.socket.ping()
    void isValid()
      .then(holds => void (holds || this.end(4001, 'the key is worth nothing any more')))
      .catch(() => undefined)
  }
}
