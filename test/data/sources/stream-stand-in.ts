import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TEXT = 0x81
const CLOSE = 0x88
const PING = 0x89
const PONG = 0x8a

/** A WebSocket server of one kind of stream, on a loopback address. */
export class StreamStandIn {
  /** Paths that were asked for, one a connection. */
  readonly paths: string[] = []
  pongs = 0
  /** Whether connections are refused. */
  refuses = false
  private server: Server | undefined
  private sockets: Duplex[] = []
  private onConnection: () => void = () => undefined

  get address(): string {
    return `ws://127.0.0.1:${(this.server!.address() as AddressInfo).port}`
  }

  async start(): Promise<this> {
    this.server = createServer()
    this.server.on('upgrade', (request, socket) => {
      if (this.refuses) return void socket.destroy()
      const key = request.headers['sec-websocket-key']!
      const accept = createHash('sha1')
        .update(key + GUID)
        .digest('base64')
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      )
      socket.on('error', () => undefined)
      socket.on('data', (bytes: Buffer) => {
        if (bytes[0] === PONG) this.pongs++
        if (bytes[0] === CLOSE) socket.end()
      })
      this.sockets.push(socket)
      this.paths.push(request.url!)
      this.onConnection()
    })
    await new Promise<void>(resolve => this.server!.listen(0, '127.0.0.1', resolve))
    return this
  }

  async stop(): Promise<void> {
    this.cut()
    this.server?.closeAllConnections()
    await new Promise(resolve => this.server?.close(resolve))
  }

  /** Resolves when so many connections were made in all. */
  async connections(count: number): Promise<void> {
    while (this.paths.length < count)
      await new Promise<void>(resolve => (this.onConnection = resolve))
  }

  /** Sends a text to all. */
  send(text: string): void {
    this.frame(TEXT, Buffer.from(text))
  }

  ping(): void {
    this.frame(PING, Buffer.from('1'))
  }

  /** Ends all connections without a word. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy()
    this.sockets = []
  }

  private frame(kind: number, payload: Buffer): void {
    const long = payload.length > 125
    const head = Buffer.alloc(long ? 4 : 2)
    head[0] = kind
    head[1] = long ? 126 : payload.length
    if (long) head.writeUInt16BE(payload.length, 2)
    for (const socket of this.sockets) socket.write(Buffer.concat([head, payload]))
  }
}

/** A message of Binance's stream. */
export function klineMessage(
  row: {
    readonly time: number
    readonly open: string
    readonly high: string
    readonly low: string
    readonly close: string
    readonly volume: string
  },
  isClosed = true,
): string {
  const { time, open, high, low, close, volume } = row
  return JSON.stringify({
    e: 'kline',
    E: time + 60_021,
    s: 'SOLUSDC',
    k: { t: time, T: time + 59_999, o: open, h: high, l: low, c: close, v: volume, x: isClosed },
  })
}
