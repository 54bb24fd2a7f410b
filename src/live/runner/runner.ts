import type { Candle } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import type { Effects, Input, Session } from '../../core/engine/session.js'
import type { MarketEvent, QuoteEvent } from '../../core/ports/market/feed.js'
import type { SessionCommand } from '../../core/ports/trading/sessions.js'
import { candleOf } from '../feed/fed-candle.js'
import type { FedMarket, RunnerInput, SettingsChange } from './runner-input.js'
import { EntryHolds, isOneOfMany, marketHold, type Hold } from './entry-holds.js'
import { OrderOutlet } from './order-outlet.js'
import { FeedClocks, feedName } from './feed-clocks.js'
import { OperatorDesk } from './operator-desk.js'
import type { RunnerParts, RunnerTerms } from './runner-terms.js'
import { feedEvent } from './feed-event.js'
import { SessionLog, type SessionEvent } from './session-log.js'
import { lastClose, statusOf } from './status.js'

/** A store that takes longer keeps the session waiting: prices that came meanwhile are no news. */
const QUICK_MS = 2000

const FROM_FEED: ReadonlySet<Input['kind']> = new Set(['candle', 'reference', 'time'])

/**
 * A session with what surrounds it: inputs come in one by one, are taken by the engine, and what
 * follows is stored before anything acts on it: before an order leaves, before anybody is told.
 */
export class Runner {
  session: Session
  private readonly parts: RunnerParts
  private readonly terms: RunnerTerms
  private readonly log: SessionLog
  private fedAt: Millis | null = null
  private committedAt: number
  private readonly orders: OrderOutlet
  /** When a store that had kept the session waiting answered; what came before is as old as it is. */
  private storedAt: Millis = -Infinity
  /** Last close that was late: it stays so, though the clock may run back before its step is made. */
  private lateUntil: Millis = -Infinity
  private readonly holds = new EntryHolds()
  private readonly desk: OperatorDesk
  private readonly told: FeedClocks

  constructor(terms: RunnerTerms, parts: RunnerParts) {
    this.terms = terms
    this.parts = parts
    this.session = parts.session
    this.told = new FeedClocks(terms.feeds, terms.waitMs)
    this.orders = new OrderOutlet(parts.broker)
    this.log = new SessionLog(terms.place, parts.linkHash)
    this.desk = new OperatorDesk(terms.isPaused, this.log)
    this.committedAt = parts.clock.monotonic()
  }

  /** Why the session is to end; null while it is not. */
  get stopReason(): string | null {
    return this.desk.stopReason
  }

  /** Whether a command was obeyed, or settings were changed. */
  get isSteered(): boolean {
    return this.desk.isSteered
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
    const waits = last.kind === 'feed' && this.isWaiting
    if (isDue && !this.log.isEmpty && !waits) await this.commit()
  }

  /** A candle that only waits for those of other markets is stored with them, or at the next beat. */
  private get isWaiting(): boolean {
    return this.session.nextCloses !== null && this.log.isQuiet && this.orders.isEmpty
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
      isPaused: this.desk.isPaused,
      holds: this.holds.reasons,
    })
    const snapshot = this.terms.keepsCandles ? this.session.save() : null
    const answers = this.desk.take()
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
    this.parts.guarded(() => this.heed(held, clock.now()))
    await this.commit()
  }

  /** Hears what the broker still says of a session that ends, and says that it was stopped where it was. */
  async close(): Promise<void> {
    const at = this.parts.clock.now()
    this.parts.guarded(() => this.heed(this.parts.broker?.answers(), at))
    this.desk.answerStop(at)
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
    this.goOnWithout(input.at)
    this.heed(this.parts.broker?.answers(), input.at)
  }

  private heed(said: readonly Input[] = [], at: Millis): void {
    for (const input of said) this.enter(input, at)
  }

  /** A market that has not told its candle for too long is waited for no more. */
  private goOnWithout(at: Millis): void {
    const time = this.told.overdue(this.session, at)
    if (time === null) return
    this.log.noteEvent({ type: 'candle.awaited', time: at, closes: time })
    this.cautiously(time, at, () => this.enter({ kind: 'time', time }, at))
  }

  private hearFeed(of: FedMarket, event: MarketEvent, at: Millis): void {
    const { engine } = this.session
    if (event.kind === 'quote') return this.hearQuote(of, event, at)
    if (event.kind === 'candle') {
      this.fedAt = at
      return this.enterCandle(of, candleOf(event.candle), at)
    }
    this.log.noteEvent(feedEvent(of, event, at))
    if (event.kind === 'missing') this.tell(of, event.time + this.lengthOf(of), at)
    if (event.kind !== 'stale' && event.kind !== 'fresh') return
    this.hold(marketHold(engine, of, event.kind === 'stale', at))
    // One of several markets that is stale is not waited for until it brings something.
    if (event.kind === 'stale' && isOneOfMany(engine, of)) this.tell(of, Infinity, at)
  }

  /** Quotes guard what is held between candles, and wake resting orders, where a venue fills. */
  private hearQuote(of: FedMarket, { bid, ask, time }: QuoteEvent, at: Millis): void {
    if (at < this.storedAt || time < this.storedAt) return
    this.fedAt = at
    const isHeard = typeof of === 'number' && this.session.engine.venue !== null && ask >= bid
    if (isHeard) this.enter({ kind: 'quote', market: of, bid, ask, time }, at)
  }

  private enterCandle(of: FedMarket, candle: Candle, at: Millis): void {
    const closes = candle.time + this.lengthOf(of)
    const said = { time: at, market: feedName(of), candle: candle.time }
    const age = Math.max(at, this.storedAt) - closes
    if (age > this.terms.lateMs) this.log.noteEvent({ type: 'candle.late', ...said, age })
    if (typeof of === 'number' && candle.time <= this.session.engine.time) {
      this.log.noteEvent({ type: 'candle.missed', ...said })
    }
    this.cautiously(closes, at, () => {
      if (typeof of === 'number') this.enter({ kind: 'candle', market: of, candle }, at)
      else this.enter({ kind: 'reference', ...of, candle }, at)
      this.tell(of, closes, at)
    })
  }

  /** Where what is decided follows from a candle that closed long ago, exits are heard and entries are not. */
  private cautiously(closes: Millis, at: Millis, work: () => void): void {
    const { engine, nextCloses } = this.session
    const oldest = Math.min(closes, nextCloses ?? Infinity)
    const isOld = (close: Millis) => Math.max(at, this.storedAt) - close > this.terms.lateMs
    this.lateUntil = Math.max(this.lateUntil, ...[oldest, closes].filter(isOld))
    if (oldest > this.lateUntil || engine.guard.isPaused) return work()
    this.enter({ kind: 'command', command: { name: 'pause' } }, at)
    work()
    this.enter({ kind: 'command', command: { name: 'resume' } }, at)
  }

  private tell(of: FedMarket, until: Millis, at: Millis): void {
    const time = this.told.tell(feedName(of), until)
    if (time === null) return
    const closes = this.session.nextCloses ?? Infinity
    this.cautiously(closes, at, () => this.enter({ kind: 'time', time }, at))
  }

  private lengthOf(of: FedMarket): Millis {
    const { markets } = this.session.engine
    return typeof of === 'number' ? markets[of]!.candles.timeframeMs : of.timeframeMs
  }

  private hold({ name, isOn, reason, at, legs }: Hold): void {
    if (!this.holds.set(name, isOn, reason, legs)) return
    const type = isOn ? 'entries.held' : 'entries.free'
    this.log.noteEvent({ type, time: at, name, reason, ...(legs && { of: legs }) })
    this.settle(at)
  }

  /** Entries stop while somebody has paused them, or something holds them back. */
  private settle(at: Millis): void {
    for (const command of this.holds.commandsFor(this.session.engine, this.desk.isPaused)) {
      this.enter({ kind: 'command', command }, at)
    }
  }

  private obey(said: SessionCommand, at: Millis): void {
    const command = this.desk.obey(said, this.session.engine.legs, at)
    this.settle(at)
    if (command !== null) this.enter({ kind: 'command', command }, at)
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
    this.desk.isSteered = true
    this.log.noteInput('settings', at, payload)
    this.log.noteEvent({ ...event, type: 'settings.changed', time: at })
  }

  /** Nothing enters the session another way. */
  private enter(input: Input, at: Millis): void {
    const isKept = FROM_FEED.has(input.kind) ? this.terms.keepsCandles : input.kind !== 'quote'
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
