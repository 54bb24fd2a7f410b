import type { SessionMode, SessionStatus } from '../../core/ports/trading/sessions.js'
import { formatTime, formatTimeOrNull, type Millis } from '../../core/candles/time.js'
import type { StateStore } from '../../core/ports/trading/state.js'
import {
  positionState,
  readValue,
  stateKeys,
  STATE_VERSION,
  strategyState,
  type MarketState,
} from './state-values.js'

/** A session whose standing is shown to other programs. */
export interface PublishedSession {
  readonly sessionId: string
  readonly mode: SessionMode
  /** What trades where, by symbol. */
  readonly legs: readonly { readonly symbol: string; readonly strategy: string }[]
  readonly timeframe: string
  readonly feed: string
}

/** A standing, and what it is of. */
interface Standing {
  readonly status: SessionStatus
  readonly lastEventSeq: number
}

const TRIES = 20

/**
 * Shows how a session stands in the shared state: the newest standing, as fast as it is taken. It never
 * holds up trading: what cannot be written is tried again with the next, and everything here can be
 * made again from the database.
 */
export class StatePublisher {
  private readonly state: StateStore
  private readonly session: PublishedSession
  private readonly symbols: readonly string[]
  private readonly now: () => Millis
  private readonly onAway: (error: Error | null) => void
  private waiting: Standing | null = null
  private last: Standing | null = null
  private working: Promise<void> | null = null
  private away: string | null = null

  /** `onAway` is told when the state is away, and with null when it is back. */
  constructor(
    state: StateStore,
    session: PublishedSession,
    { now, onAway }: { now: () => Millis; onAway: (error: Error | null) => void },
  ) {
    this.state = state
    this.session = session
    this.symbols = [...new Set(session.legs.map(({ symbol }) => symbol))]
    this.now = now
    this.onAway = onAway
  }

  /** Why the standing could not be written; null where it was. */
  get failure(): string | null {
    return this.away
  }

  publish(standing: Standing): void {
    this.last = standing
    this.waiting = standing
    this.working ??= this.work()
  }

  /** Writes the last standing once more: what was written may have been lost. */
  again(): void {
    if (this.last !== null) this.publish(this.waiting ?? this.last)
  }

  /** Takes the session's standing away, and waits until what is under way is written. */
  async end(): Promise<void> {
    await this.working
    this.last = null
    for (const symbol of this.symbols) {
      await this.replace(stateKeys.position(symbol), positionState, () => [], 'positions').catch(
        () => undefined,
      )
      await this.replace(stateKeys.strategy(symbol), strategyState, () => [], 'sessions').catch(
        () => undefined,
      )
    }
  }

  private async work(): Promise<void> {
    while (this.waiting !== null) {
      const standing = this.waiting
      this.waiting = null
      try {
        await this.write(standing)
        if (this.away !== null) this.onAway(null)
        this.away = null
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error))
        if (this.away === null) this.onAway(reason)
        this.away = reason.message
      }
    }
    this.working = null
  }

  private async write({ status, lastEventSeq }: Standing): Promise<void> {
    const { sessionId, mode, legs } = this.session
    for (const symbol of this.symbols) {
      const held = status.positions
        .filter(position => position.symbol === symbol)
        .map(({ strategy, quantity, entryPrice, price, unrealised, stop, target, openedAt }) => ({
          session_id: sessionId,
          mode,
          strategy,
          quantity,
          entry_price: entryPrice,
          price,
          unrealised,
          stop,
          target,
          opened_at: formatTime(openedAt),
        }))
      await this.replace(stateKeys.position(symbol), positionState, () => held, 'positions')
      const own = {
        session_id: sessionId,
        mode,
        strategies: legs.filter(leg => leg.symbol === symbol).map(({ strategy }) => strategy),
        trading: status.trading,
        equity: status.equity,
        open_orders: status.orders.filter(order => order.symbol === symbol).length,
        last_event_seq: lastEventSeq,
        candle_closed_at: formatTimeOrNull(status.time),
      }
      await this.replace(stateKeys.strategy(symbol), strategyState, () => [own], 'sessions')
      await this.showPrice(symbol, status.prices[symbol], status.time)
    }
  }

  private async showPrice(
    symbol: string,
    price: number | undefined,
    time: Millis | null,
  ): Promise<void> {
    if (price === undefined || !(price > 0) || time === null) return
    const value: MarketState = {
      schema_version: STATE_VERSION,
      timeframe: this.session.timeframe,
      feed: this.session.feed,
      price,
      candle_closed_at: formatTime(time),
      updated_at: formatTime(this.now()),
    }
    await this.state.write(stateKeys.market(symbol), JSON.stringify(value))
  }

  /** Puts this session's entries in the place of those that it wrote before; those of others stay. */
  private async replace<
    S extends typeof positionState | typeof strategyState,
    K extends 'positions' | 'sessions',
  >(
    key: string,
    schema: S,
    ownEntries: () => readonly { readonly session_id: string }[],
    field: K,
  ): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      const text = await this.state.read(key)
      const others = text === null ? [] : this.othersOf(schema, text, field)
      const value = {
        schema_version: STATE_VERSION,
        [field]: [...others, ...ownEntries()],
        updated_at: formatTime(this.now()),
      }
      if (await this.state.write(key, JSON.stringify(value), text)) return
    }
    throw new Error(`${key} is written by others all the time`)
  }

  /** What cannot be read is written anew: nothing here is the only copy of anything. */
  private othersOf(
    schema: typeof positionState | typeof strategyState,
    text: string,
    field: string,
  ): readonly unknown[] {
    const read = readValue(schema, text)
    if (read.kind === 'bad') return []
    const entries = (read.value as Record<string, unknown>)[field] as { session_id: string }[]
    return entries.filter(({ session_id: id }) => id !== this.session.sessionId)
  }
}
