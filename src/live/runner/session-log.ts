import { snakeKeys } from '../../core/canonical.js'
import type { Millis } from '../../core/candles/time.js'
import type { Effects } from '../../core/engine/session.js'
import type { EventRecord } from '../../core/ports/research/events.js'
import type { SessionCommit, SessionInput } from '../../core/ports/trading/sessions.js'

/** The hash that vouches for a batch of events, from that of the batch before. */
export type LinkHash = (before: string, batch: readonly EventRecord[]) => string

/** Where a log goes on. */
export interface LogPlace {
  /** Number of the next event. */
  readonly nextEvent: number
  /** Number of the next input. */
  readonly nextInput: number
  /** Link of the chain so far; empty before the first. */
  readonly link: string
}

/** What a session says of itself, beside its trading. */
export interface SessionEvent {
  readonly type: string
  readonly time: Millis
  readonly [key: string]: unknown
}

/** Collects what happens in a session between two commits, numbered and chained. */
export class SessionLog {
  private readonly linkHash: LinkHash
  private nextEvent: number
  private nextInput: number
  private link: string
  private inputs: SessionInput[] = []
  private events: EventRecord[] = []
  private trades: unknown[] = []
  private marks: SessionCommit['marks'][number][] = []

  constructor({ nextEvent, nextInput, link }: LogPlace, linkHash: LinkHash) {
    this.nextEvent = nextEvent
    this.nextInput = nextInput
    this.link = link
    this.linkHash = linkHash
  }

  /** Whether anything has happened since the last commit. */
  get isEmpty(): boolean {
    return this.events.length + this.inputs.length + this.trades.length + this.marks.length === 0
  }

  /** Whether nothing but inputs has come since: they have led to nothing yet. */
  get isQuiet(): boolean {
    return this.events.length + this.trades.length === 0
  }

  noteInput(kind: string, time: Millis, payload: unknown): void {
    this.inputs.push({ seq: this.nextInput++, time, kind, payload })
  }

  noteEffects({ events, trades }: Effects): void {
    for (const event of events) this.noteEvent(event as unknown as SessionEvent)
    for (const trade of trades) this.trades.push(snakeKeys(trade))
  }

  noteEvent({ type, time, ...payload }: SessionEvent): void {
    const seq = this.nextEvent++
    this.events.push({ seq, time, type, payload: snakeKeys(payload), linkHash: null })
  }

  /** Equity at a close; a later word on the same close holds. */
  noteMark(time: Millis, equity: number): void {
    const last = this.marks[this.marks.length - 1]
    if (last?.time === time) this.marks.pop()
    this.marks.push({ time, equity })
  }

  /** What has happened since it was taken last, its events linked to those before. */
  take(): Pick<SessionCommit, 'inputs' | 'events' | 'trades' | 'marks'> {
    const { inputs, trades, marks } = this
    const events = this.linked()
    this.inputs = []
    this.events = []
    this.trades = []
    this.marks = []
    return { inputs, events, trades, marks }
  }

  private linked(): readonly EventRecord[] {
    const last = this.events.pop()
    if (last === undefined) return []
    this.link = this.linkHash(this.link, [...this.events, last])
    return [...this.events, { ...last, linkHash: this.link }]
  }
}
