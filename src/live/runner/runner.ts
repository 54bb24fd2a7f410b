import type { Candle } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import type { Effects, Input, Session } from '../../core/engine/session.js'
import type { MarketEvent, QuoteEvent } from '../../core/ports/feed.js'
import type { CommandAnswer, SessionCommand } from '../../core/ports/sessions.js'
import { candleOf } from '../feed/fed-candle.js'
import type { FedMarket, RunnerInput, SettingsChange } from './runner-input.js'
import { EntryHolds, feedHold } from './entry-holds.js'
import { OrderOutlet } from './order-outlet.js'
import { FeedClocks, feedName } from './feed-clocks.js'
import { readCommand } from './session-command.js'
import type { RunnerParts, RunnerTerms } from './runner-terms.js'
import { SessionLog, type SessionEvent } from './session-log.js'
import { lastClose, statusOf } from './status.js'

/** A store that takes longer keeps the session waiting: prices that came meanwhile are no news. */
const QUICK_MS = 2000

type Hold = Omit<Extract<RunnerInput, { readonly kind: 'hold' }>, 'kind'>

/**
 * A session with what surrounds it: inputs come in one by one, are taken by the engine, and what
 * follows is stored before anything acts on it: before an order leaves, before anybody is told.
 */
export class Runner {
  /** Why the session is to end; null while it is not. */
  stopReason: string | null = null
  /** Whether a command was obeyed. */
  isSteered = false
  session: Session
  private readonly parts: RunnerParts
  private readonly terms: RunnerTerms
  private readonly log: SessionLog
  private fedAt: Millis | null = null
  private committedAt: number
  private readonly orders: OrderOutlet
  /** The command that ends it: answered when it has ended. */
  private stop: SessionCommand | null = null
  /** When a store that had kept the session waiting answered; what came before is as old as it is. */
  private storedAt: Millis = -Infinity
  private readonly answered: CommandAnswer[] = []
  private readonly holds = new EntryHolds()
  private isPaused: boolean
  private readonly told: FeedClocks

  constructor(terms: RunnerTerms, parts: RunnerParts) {
    this.terms = terms
    this.parts = parts
    this.session = parts.session
    this.isPaused = terms.isPaused
    this.told = new FeedClocks(terms.feeds)
    this.orders = new OrderOutlet(parts.broker)
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
    if (isDue && !this.log.isEmpty) await this.commit()
  }

  /** A candle before the session: it warms the indicators, and is kept. */
  warm(of: FedMarket, candle: Candle, at: Millis): void {
    this.log.noteInput('warm', at, { of, candle })
    if (typeof of === 'number') this.session.warm(candle, of)
    else this.session.warmReference(of.symbol, of.timeframeMs, candle)
  }

  /** The session goes on after a stop: what held it back then does so no more, a person's pause does. */
  goOn(event: SessionEvent): void {
    this.log.noteEvent(event)
    this.parts.guarded(() => this.settle(event.time))
  }

  /** Says something of the session itself. */
  say(event: SessionEvent): void {
    this.log.noteEvent(event)
  }

  /** Ends the session as a backtest ends, at the last close of each market. */
  async finish(): Promise<void> {
    this.parts.guarded(() => this.noteEffects(this.session.finish()))
    await this.commit()
  }

  /** Stores what has happened, then lets it act. @throws AppError SESSION_TAKEN */
  async commit(): Promise<void> {
    const { store, clock, onCommit } = this.parts
    const { sessionId, fence } = this.terms
    const status = statusOf(this.session.engine, {
      fedAt: this.fedAt,
      isStale: this.holds.isStale,
      isPaused: this.isPaused,
      holds: this.holds.reasons,
    })
    const snapshot = this.terms.keepsCandles ? this.session.save() : null
    const answers = this.answered.splice(0)
    const commit = { ...this.log.take(), snapshot, status, answers }
    const began = clock.monotonic()
    await store.commit(sessionId, fence, clock.now(), commit)
    this.committedAt = clock.monotonic()
    const tookMs = this.committedAt - began
    if (tookMs > QUICK_MS) this.storedAt = clock.now()
    const { lateMs } = this.terms
    const live = this.session.engine.venue?.list() ?? []
    const isStopped = this.stopReason !== null
    const held = this.orders.release({ live, tookMs, lateMs, isStopped })
    onCommit(commit)
    if (held.length === 0) return
    this.parts.guarded(() => held.forEach(outcome => this.enter(outcome, clock.now())))
    await this.commit()
  }

  /** Hears what the broker still says of a session that ends, and says that it was stopped where it was. */
  async close(): Promise<void> {
    const at = this.parts.clock.now()
    this.parts.guarded(() => this.listen(at))
    if (this.stop !== null) this.answer(this.stop, 'done', at)
    this.stop = null
    await this.commit()
  }

  private hear(input: RunnerInput): void {
    switch (input.kind) {
      case 'engine':
        this.fedAt = input.at
        this.enter(input.input, input.at)
        break
      case 'feed':
        this.hearFeed(input.of, input.event, input.at)
        break
      case 'command':
        this.obey(input.command, input.at)
        break
      case 'hold':
        this.hold(input)
        break
      case 'say':
        this.log.noteEvent(input.event)
        break
      case 'settings':
        this.change(input.change, input.at)
        break
      case 'beat':
        break
    }
    this.listen(input.at)
  }

  private listen(at: Millis): void {
    for (const answer of this.parts.broker?.answers() ?? []) this.enter(answer, at)
  }

  private hearFeed(of: FedMarket, event: MarketEvent, at: Millis): void {
    switch (event.kind) {
      case 'candle':
        this.fedAt = at
        this.enterCandle(of, candleOf(event.candle), at)
        break
      case 'quote':
        this.hearQuote(of, event, at)
        break
      case 'switched':
        this.log.noteEvent({ ...event, type: 'feed.switched', market: feedName(of), time: at })
        break
      case 'missing':
      case 'late':
      case 'revised':
      case 'stale':
      case 'fresh': {
        const { kind, ...said } = event
        const market = feedName(of)
        this.log.noteEvent({ ...said, type: `feed.${kind}`, market, candle: said, time: at })
        if (kind === 'stale' || kind === 'fresh') {
          const reason = `no candle of ${market} comes`
          this.hold({ name: feedHold(market), isOn: kind === 'stale', reason, at })
        }
        if (event.kind === 'missing') this.tell(of, event.time, at)
        break
      }
    }
  }

  /** Quotes guard what is held between candles, and wake resting orders, where a venue fills. */
  private hearQuote(of: FedMarket, { bid, ask, time }: QuoteEvent, at: Millis): void {
    if (at < this.storedAt || time < this.storedAt) return
    this.fedAt = at
    const isHeard = typeof of === 'number' && this.session.engine.venue !== null && ask >= bid
    if (isHeard) this.enter({ kind: 'quote', market: of, bid, ask, time }, at)
  }

  /** Of a candle that comes late, exits are heard and entries are not: its decision is stale. */
  private enterCandle(of: FedMarket, candle: Candle, at: Millis): void {
    const age = Math.max(at, this.storedAt) - (candle.time + this.lengthOf(of))
    const isLate = age > this.terms.lateMs
    const isHeard = !this.session.engine.guard.isPaused
    if (isLate) {
      const market = feedName(of)
      this.log.noteEvent({ type: 'candle.late', time: at, market, candle: candle.time, age })
      if (isHeard) this.enter({ kind: 'command', command: { name: 'pause' } }, at)
    }
    this.enter(
      typeof of === 'number'
        ? { kind: 'candle', market: of, candle }
        : { kind: 'reference', ...of, candle },
      at,
    )
    this.tell(of, candle.time, at)
    if (isLate && isHeard) this.enter({ kind: 'command', command: { name: 'resume' } }, at)
  }

  private tell(of: FedMarket, open: Millis, at: Millis): void {
    const time = this.told.tell(feedName(of), open + this.lengthOf(of))
    if (time !== null) this.enter({ kind: 'time', time }, at)
  }

  private lengthOf(of: FedMarket): Millis {
    if (typeof of !== 'number') return of.timeframeMs
    return this.session.engine.markets[of]!.candles.timeframeMs
  }

  private hold({ name, isOn, reason, at }: Hold): void {
    if (!this.holds.set(name, isOn, reason)) return
    this.log.noteEvent({ type: isOn ? 'entries.held' : 'entries.free', time: at, name, reason })
    this.settle(at)
  }

  /** Entries stop while somebody has paused them, or something holds them back. */
  private settle(at: Millis): void {
    const shouldPause = this.isPaused || this.holds.hasAny
    if (shouldPause === this.session.engine.guard.isPaused) return
    this.enter({ kind: 'command', command: { name: shouldPause ? 'pause' : 'resume' } }, at)
  }

  private obey(said: SessionCommand, at: Millis): void {
    const read = readCommand(said.command, this.session.engine.legs)
    if ('refused' in read) return this.answer(said, `refused: ${read.refused}`, at)
    this.isSteered = true
    if (read.name === 'stop') {
      this.stop = said
      this.stopReason = `stopped by ${said.actor}`
      return
    }
    this.answer(said, 'done', at)
    if (read.name === 'pause' || read.name === 'resume') {
      this.isPaused = read.name === 'pause'
      this.settle(at)
    } else this.enter({ kind: 'command', command: read }, at)
  }

  private answer({ id, command, actor }: SessionCommand, outcome: string, at: Millis): void {
    this.log.noteEvent({ type: 'command', time: at, id, actor, command, outcome })
    this.answered.push({ id, outcome })
  }

  /** What cannot be taken is named, and the old settings stay. */
  private change({ restart, payload, event }: SettingsChange, at: Millis): void {
    try {
      this.session = restart(this.session)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.log.noteEvent({ ...event, type: 'settings.refused', time: at, reason })
      return
    }
    this.isSteered = true
    this.log.noteInput('settings', at, payload)
    this.log.noteEvent({ ...event, type: 'settings.changed', time: at })
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
    this.orders.note(effects)
    const { engine } = this.session
    const time = lastClose(engine)
    if (time !== null && engine.curve.length > 0) this.log.noteMark(time, effects.equity)
  }
}
