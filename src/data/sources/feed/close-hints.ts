import type { CandleRow } from '../../../core/ports/market/candles.js'
import type { Clock } from '../clock.js'
import type { OpenStream } from '../http/http-client.js'
import type { CandleStream } from '../source.js'
import { sleepUnless } from './sleep-unless.js'

/** What tells that a candle has closed, before it is asked for. */
export interface CloseHints {
  /** The newest candle that was told of since; then nothing. */
  take(): CandleRow | undefined
  /** Resolves when there is something to take. */
  readonly woken: Promise<void>
}

export interface StreamHintsOptions {
  readonly stream: CandleStream
  readonly url: string
  readonly open: OpenStream
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onRemark: (message: string) => void
}

/** At most one connection in so long. */
const AGAIN_MS = 5000
/** A stream that is silent for so long is dead, whatever its socket says. */
const SILENCE_MS = 60_000

type Socket = ReturnType<OpenStream>

/**
 * Hints from a stream. Whatever befalls it, hints just do not come: it is opened again, and whoever
 * polls goes on polling.
 */
export class StreamHints implements CloseHints {
  /** How often a connection was opened. */
  connections = 0
  woken: Promise<void>
  private readonly options: StreamHintsOptions
  private wake: () => void = () => undefined
  private latest: CandleRow | undefined
  private isDown = false

  constructor(options: StreamHintsOptions) {
    this.options = options
    this.woken = this.rearmed()
    void this.run()
  }

  take(): CandleRow | undefined {
    const { latest } = this
    this.latest = undefined
    this.woken = this.rearmed()
    return latest
  }

  private rearmed(): Promise<void> {
    return new Promise(resolve => (this.wake = resolve))
  }

  private async run(): Promise<void> {
    const { signal, clock } = this.options
    while (!signal.aborted) {
      const reason = await this.connection()
      if (signal.aborted) return
      this.tellDown(reason)
      await sleepUnless(signal, clock, AGAIN_MS * (1 + clock.random()))
    }
  }

  /** One connection, from its opening to its end. @returns why it ended */
  private async connection(): Promise<string> {
    const { open, url, signal, clock } = this.options
    const socket = open(url)
    this.connections++
    let isHeard = false
    const ended = new Promise<string>(resolve => {
      socket.addEventListener('message', ({ data }) => {
        isHeard = true
        if (this.hear(String(data)) === 'ending') resolve('the source ends the connection')
      })
      let isOpen = false
      socket.addEventListener('open', () => (isOpen = true))
      socket.addEventListener('error', () =>
        resolve(isOpen ? 'it was cut' : 'it cannot be reached'),
      )
      socket.addEventListener('close', ({ code }) => resolve(`it was closed (${code})`))
    })
    const over = ended.then(() => undefined)
    let reason: string | undefined
    void ended.then(text => (reason = text))
    do {
      isHeard = false
      await sleepUnless(signal, clock, SILENCE_MS, over)
    } while (isHeard && reason === undefined && !signal.aborted)
    close(socket)
    return reason ?? 'it is silent'
  }

  private hear(message: string): 'ending' | undefined {
    const said = this.options.stream.read(message)
    if (said.kind === 'ending') return 'ending'
    if (this.isDown) this.options.onRemark('the stream is up again')
    this.isDown = false
    if (said.kind === 'closed') {
      this.latest = said.candle
      this.wake()
    }
    return undefined
  }

  private tellDown(reason: string): void {
    if (!this.isDown) {
      this.options.onRemark(
        `the stream is down: ${reason}; candles are asked for when they are due`,
      )
    }
    this.isDown = true
  }
}

/** A socket that is still connecting, too. */
function close(socket: Socket): void {
  try {
    socket.close()
  } catch {
    // It was closed by the other side meanwhile.
  }
}

/** Whether two candles say the same, however their decimals are written. */
export function isSameCandle(a: CandleRow, b: CandleRow): boolean {
  return FIELDS.every(name => Number(a[name]) === Number(b[name]))
}

const FIELDS = [
  'time',
  'open',
  'high',
  'low',
  'close',
  'volume',
] as const satisfies readonly (keyof CandleRow)[]
