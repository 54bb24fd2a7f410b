import type { Candle } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import type { Effects, Input, Session } from '../../core/engine/session.js'
import type { Clock } from '../../core/ports/clock.js'
import type { FeedEvent } from '../../core/ports/feed.js'
import type { SessionCommand, SessionCommit, SessionRepository } from '../../core/ports/sessions.js'
import type { Broker } from '../../core/trading/venue/broker.js'
import { readCommand } from './session-command.js'
import { SessionLog, type LinkHash, type LogPlace, type SessionEvent } from './session-log.js'
import { lastClose, statusOf } from './status.js'

/** What comes to a runner from outside, and when. */
export type RunnerInput = { readonly at: Millis } & (
  | { readonly kind: 'engine'; readonly input: Input }
  | { readonly kind: 'feed'; readonly market: number; readonly event: FeedEvent }
  | { readonly kind: 'command'; readonly command: SessionCommand }
  | { readonly kind: 'beat' }
)

export interface RunnerTerms {
  readonly sessionId: string
  readonly fence: number
  readonly place: LogPlace
  /** Commits are put together for so long, by a clock that does not run back; 0 commits at once. */
  readonly commitEveryMs: Millis
  /** Whether candles are kept: not where they are stored already. */
  readonly keepsCandles: boolean
  /** A candle that comes later than this after its close is not entered upon. */
  readonly lateMs: Millis
}

export interface RunnerParts {
  readonly session: Session
  readonly store: SessionRepository
  readonly clock: Clock
  readonly linkHash: LinkHash
  /** Where orders go; null where they fill from candles. */
  readonly broker: Broker | null
  /** Does what calls strategies, and tells their mistakes. */
  readonly guarded: (work: () => void) => void
  /** Told what was stored, once it is. It must not throw. */
  readonly onCommit: (commit: SessionCommit) => void
}

/**
 * A session with what surrounds it: inputs come in one by one, are taken by the engine, and what
 * follows is stored before anything acts on it: before an order leaves, before anybody is told.
 */
export class Runner {
  /** Why the session is to end; null while it is not. */
  stopReason: string | null = null
  readonly session: Session
  private readonly parts: RunnerParts
  private readonly terms: RunnerTerms
  private readonly log: SessionLog
  private fedAt: Millis | null = null
  private isStale = false
  private committedAt: number
  private orders: Pick<Effects, 'place' | 'cancel'>[] = []
  private readonly answered: { readonly id: number; readonly outcome: string }[] = []

  constructor(terms: RunnerTerms, parts: RunnerParts) {
    this.terms = terms
    this.parts = parts
    this.session = parts.session
    this.log = new SessionLog(terms.place, parts.linkHash)
    this.committedAt = parts.clock.monotonic()
  }

  /**
   * Takes inputs that came together, and stores what has happened where that is due.
   * @throws AppError SESSION_TAKEN, and what `guarded` makes of a strategy's mistake
   */
  async take(inputs: readonly RunnerInput[]): Promise<void> {
    const { clock, guarded } = this.parts
    const last = inputs[inputs.length - 1]
    if (last === undefined) return
    guarded(() => {
      for (const input of inputs) if (this.stopReason === null) this.hear(input)
    })
    const isDue = clock.monotonic() - this.committedAt >= this.terms.commitEveryMs
    if (isDue && !this.log.isEmpty) await this.commit(last.at)
  }

  /** Says something of the session itself. */
  say(event: SessionEvent): void {
    this.log.noteEvent(event)
  }

  /** Ends the session as a backtest ends, at the last close of each market. */
  async finish(now: Millis): Promise<void> {
    this.parts.guarded(() => this.noteEffects(this.session.finish()))
    await this.commit(now)
  }

  /** Stores what has happened, then lets it act. @throws AppError SESSION_TAKEN */
  async commit(now: Millis): Promise<void> {
    const { store, broker, clock, onCommit } = this.parts
    const { sessionId, fence } = this.terms
    const status = statusOf(this.session.engine, { fedAt: this.fedAt, isStale: this.isStale })
    const snapshot = this.terms.keepsCandles ? this.session.save() : null
    const commit = { ...this.log.take(), snapshot, status }
    await store.commit(sessionId, fence, now, commit)
    for (const { id, outcome } of this.answered.splice(0)) await store.answer(id, outcome, now)
    this.committedAt = clock.monotonic()
    for (const { place, cancel } of this.orders.splice(0)) {
      for (const order of place) broker?.submit(order)
      for (const id of cancel) broker?.cancel(id)
    }
    onCommit(commit)
  }

  private hear(input: RunnerInput): void {
    switch (input.kind) {
      case 'engine':
        this.fedAt = input.at
        this.enter(input.input, input.at)
        break
      case 'feed':
        this.hearFeed(input.market, input.event, input.at)
        break
      case 'command':
        this.obey(input.command, input.at)
        break
      case 'beat':
        break
    }
    const { broker } = this.parts
    for (const answer of broker?.answers() ?? []) this.enter(answer, input.at)
  }

  private hearFeed(market: number, event: FeedEvent, at: Millis): void {
    switch (event.kind) {
      case 'candle': {
        this.fedAt = at
        const { time, open, high, low, close, volume } = event.candle
        const candle = {
          time,
          open: Number(open),
          high: Number(high),
          low: Number(low),
          close: Number(close),
          volume: Number(volume ?? 0),
        }
        this.enterCandle(market, candle, at)
        break
      }
      case 'missing':
      case 'late':
      case 'revised':
      case 'stale':
      case 'fresh': {
        if (event.kind === 'stale' || event.kind === 'fresh') this.isStale = event.kind === 'stale'
        const { kind, ...said } = event
        this.log.noteEvent({ type: `feed.${kind}`, ...said, at, market, time: at })
        break
      }
    }
  }

  /** Of a candle that comes late, exits are heard and entries are not: its decision is stale. */
  private enterCandle(market: number, candle: Candle, at: Millis): void {
    const { engine } = this.session
    const { timeframeMs } = engine.markets[market]!.candles
    const age = at - (candle.time + timeframeMs)
    const isLate = age > this.terms.lateMs && !engine.guard.isPaused
    if (isLate) {
      this.log.noteEvent({ type: 'candle.late', time: at, market, candle: candle.time, age })
      this.enter({ kind: 'command', command: { name: 'pause' } }, at)
    }
    this.enter({ kind: 'candle', market, candle }, at)
    if (isLate) this.enter({ kind: 'command', command: { name: 'resume' } }, at)
  }

  private obey({ id, command, actor }: SessionCommand, at: Millis): void {
    const read = readCommand(command, this.session.engine.legs)
    const outcome = 'refused' in read ? `refused: ${read.refused}` : 'done'
    this.log.noteEvent({ type: 'command', time: at, id, actor, command, outcome })
    this.answered.push({ id, outcome })
    if ('refused' in read) return
    if (read.name === 'stop') this.stopReason = `stopped by ${actor}`
    else this.enter({ kind: 'command', command: read }, at)
  }

  /** Nothing enters the session another way. */
  private enter(input: Input, at: Millis): void {
    const isCandle = input.kind === 'candle' || input.kind === 'reference'
    const isKept =
      isCandle || input.kind === 'time' ? this.terms.keepsCandles : input.kind !== 'quote'
    const effects = this.session.take(input)
    const didQuote =
      input.kind === 'quote' && (effects.events.length > 0 || effects.place.length > 0)
    if (isKept || didQuote) this.log.noteInput(input.kind, at, input)
    this.noteEffects(effects)
  }

  private noteEffects(effects: Effects): void {
    this.log.noteEffects(effects)
    if (effects.place.length + effects.cancel.length > 0) this.orders.push(effects)
    const { engine } = this.session
    const time = lastClose(engine)
    if (time !== null && engine.curve.length > 0) this.log.noteMark(time, effects.equity)
  }
}
