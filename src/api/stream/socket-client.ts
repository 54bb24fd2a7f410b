import { isMeant, type StreamClient, type StreamFilter } from './stream-client.js'
import type { SentEvent } from './event-hub.js'

const PING_SECONDS = 20
const PINGS_MISSED_MAX = 2
/** `readyState` of a socket that takes messages. */
const OPEN = 1
const POLICY_VIOLATION = 1008
const GOING_AWAY = 1001

/** What is used of a WebSocket, whose package brings no types. */
export interface Socket {
  readonly bufferedAmount: number
  readonly readyState: number
  send(text: string): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'pong' | 'close' | 'message', listener: () => void): void
}

/** Sends events to a WebSocket. It takes no commands: there is one way to trade, and one to audit. */
export class SocketClient implements StreamClient {
  private readonly socket: Socket
  private readonly filter: StreamFilter
  private position = 0
  private missed = 0

  constructor(socket: Socket, filter: StreamFilter) {
    this.socket = socket
    this.filter = filter
    socket.on('pong', () => (this.missed = 0))
    socket.on('message', () => socket.close(POLICY_VIOLATION, 'this socket takes no messages'))
  }

  get pendingBytes(): number {
    return this.socket.bufferedAmount
  }

  get isClosed(): boolean {
    return this.socket.readyState > OPEN
  }

  /** Messages are events and nothing else. */
  hello(): void {}

  send(events: readonly SentEvent[]): void {
    for (const one of events) {
      if (one.event.number <= this.position) continue
      this.position = one.event.number
      if (isMeant(one, this.filter) && !this.isClosed) this.socket.send(one.json)
    }
  }

  startAfter(number: number): void {
    this.position = Math.max(this.position, number)
  }

  keep(seconds: number): void {
    if (seconds % PING_SECONDS !== 0) return
    this.missed += 1
    if (this.missed > PINGS_MISSED_MAX) this.socket.terminate()
    else this.socket.ping()
  }

  bye(reason: string): void {
    this.socket.close(GOING_AWAY, reason)
  }

  drop(): void {
    this.socket.terminate()
  }

  onClose(listener: () => void): void {
    this.socket.on('close', listener)
  }
}
