import type { Screen } from '../../app/live/watch/watch.js'
import type { Tone, WatchLine } from '../../app/live/watch/session-lines.js'
import { keysOf } from './terminal-keys.js'

/** The other screen of a terminal, without a cursor; lines are cut, not continued. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l'
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l'

const PAINT: Readonly<Record<Tone, string>> = {
  plain: '',
  head: '\x1b[1m',
  alarm: '\x1b[31m',
  faint: '\x1b[2m',
}

/** What a screen is made of: the process's own, or others in a test. */
export interface TerminalStreams {
  readonly input: Pick<NodeJS.ReadStream, 'on' | 'off' | 'pause' | 'resume' | 'setRawMode'>
  readonly output: Pick<NodeJS.WriteStream, 'on' | 'off' | 'write' | 'columns' | 'rows'>
}

/** What is told of a process. */
type ProcessEvents = Pick<NodeJS.Process, 'on' | 'off'>

/**
 * The terminal as a page that redraws itself. Whatever ends the process gives the terminal
 * back as it was.
 */
export class TerminalScreen implements Screen {
  private readonly streams: TerminalStreams
  private readonly colour: boolean
  private readonly events: ProcessEvents
  private waiting: string[] = []
  private wake: () => void = () => undefined
  private isOpen = false

  constructor(streams: TerminalStreams, colour: boolean, events: ProcessEvents = process) {
    this.streams = streams
    this.colour = colour
    this.events = events
  }

  /** Takes the terminal. */
  open(): void {
    const { input, output } = this.streams
    this.isOpen = true
    this.events.on('exit', this.leave)
    this.events.on('SIGHUP', this.hungUp)
    this.events.on('SIGCONT', this.enter)
    input.on('data', this.typed)
    input.on('end', this.hungUp)
    output.on('resize', this.resized)
    this.enter()
    input.resume()
  }

  /** Gives the terminal back. */
  close(): void {
    if (!this.isOpen) return
    const { input, output } = this.streams
    this.leave()
    this.isOpen = false
    input.pause()
    input.off('data', this.typed)
    input.off('end', this.hungUp)
    output.off('resize', this.resized)
    this.events.off('exit', this.leave)
    this.events.off('SIGHUP', this.hungUp)
    this.events.off('SIGCONT', this.enter)
  }

  size(): { width: number; height: number } {
    const { columns, rows } = this.streams.output
    return { width: Math.max(20, columns || 80), height: Math.max(4, rows || 24) }
  }

  draw(lines: readonly WatchLine[]): void {
    if (!this.isOpen) return
    const drawn = lines.map(line => `${this.painted(line)}\x1b[K`)
    this.streams.output.write(`\x1b[H${drawn.join('\r\n')}\x1b[J`)
  }

  async *keys(signal: AbortSignal): AsyncGenerator<string> {
    const onAbort = (): void => this.wake()
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted) {
        const key = this.waiting.shift()
        if (key !== undefined) yield key
        else await new Promise<void>(resolve => (this.wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  private painted({ text, tone }: WatchLine): string {
    return this.colour && PAINT[tone] !== '' ? `${PAINT[tone]}${text}\x1b[0m` : text
  }

  private readonly enter = (): void => {
    this.streams.input.setRawMode(true)
    this.streams.output.write(ENTER)
    this.resized()
  }

  private readonly leave = (): void => {
    if (!this.isOpen) return
    this.streams.output.write(LEAVE)
    this.streams.input.setRawMode(false)
  }

  private readonly typed = (bytes: Buffer): void => this.push(...keysOf(bytes.toString('utf8')))
  private readonly resized = (): void => this.push('resize')
  private readonly hungUp = (): void => this.push('ctrl-c')

  private push(...keys: readonly string[]): void {
    this.waiting.push(...keys)
    this.wake()
  }
}
