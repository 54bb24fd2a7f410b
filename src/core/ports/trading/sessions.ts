import type { Millis } from '../../candles/time.js'
import type { EventRecord } from '../research/events.js'

/** Whether money is at stake. */
export type SessionMode = 'paper' | 'live'

/** `finished`: its feed came to an end. `stopped`: somebody ended it. `failed`: it ended by itself. */
export type SessionState = 'running' | 'finished' | 'stopped' | 'failed'

/** What a session is, as it was started. */
export interface NewSession {
  /** Sixteen hexadecimal digits. */
  readonly sessionId: string
  /** Whether money is at stake. */
  readonly mode: SessionMode
  /** When it began, UTC milliseconds. */
  readonly createdAt: Millis
  /** In the order of its markets. */
  readonly symbols: readonly string[]
  /** Length of its candles. */
  readonly timeframe: string
  /** Names of what trades in it. */
  readonly strategies: readonly string[]
  /** Name of a source, or `replay`. */
  readonly feed: string
  /** The promotion that it runs on; null for none. */
  readonly promotionId: string | null
  /** All that is needed to run it again, as plain JSON; checked where it is read. */
  readonly manifest: unknown
}

/** A position of a session, as its last commit left it. */
export interface HeldPosition {
  /** Market of the leg. */
  readonly symbol: string
  /** Strategy of the leg. */
  readonly strategy: string
  /** Base units; below 0 for a short. */
  readonly quantity: number
  /** Average, quote a base unit. */
  readonly entryPrice: number
  /** Last price of the market. */
  readonly price: number
  /** Quote currency, at that price, without costs. */
  readonly unrealised: number
  /** The level that stops it; null for none. */
  readonly stop: number | null
  /** The level that takes profit; null for none. */
  readonly target: number | null
  /** When it was opened, UTC milliseconds. */
  readonly openedAt: Millis
}

/** An order of a session that has not ended. */
export interface OpenOrder {
  /** Of the venue, or the number of a resting order within its leg. */
  readonly id: string
  /** Market of the leg. */
  readonly symbol: string
  /** Strategy of the leg. */
  readonly strategy: string
  /** Whether it buys or sells base. */
  readonly side: 'buy' | 'sell'
  /** Whether it fills at once, waits for its price, or is sent when that is touched. */
  readonly kind: 'market' | 'limit' | 'stop'
  /** How far it is: a state of an order. */
  readonly state: string
  /** Limit or trigger; null for a market order. */
  readonly price: number | null
  /** Base units that are left to fill. */
  readonly size: number
}

/** How a session stands: what an operator looks at first. */
export interface SessionStatus {
  /** Close of the last candle that it has taken; null before the first. */
  readonly time: Millis | null
  /** Quote currency, at the last close. */
  readonly equity: number
  /** Last price of each market, by its symbol; none before its first candle. */
  readonly prices: Readonly<Record<string, number>>
  /** What is held. */
  readonly positions: readonly HeldPosition[]
  /** What has not ended. */
  readonly orders: readonly OpenOrder[]
  /** When its feed last brought something, by the session's clock; null before it did. */
  readonly fedAt: Millis | null
  /** Whether its feed has brought nothing for too long. */
  readonly isStale: boolean
  /** Why nothing is entered though nobody has paused it, in words; empty where nothing holds it back. */
  readonly holds: readonly string[]
  /** `reducing`: nothing is entered. `halted`: for good. */
  readonly trading: 'active' | 'reducing' | 'halted'
  /** Whether somebody has paused it, whatever else holds it back. */
  readonly isPaused: boolean
}

export interface SessionRecord extends NewSession {
  /** Whether it goes on, and how it ended. */
  readonly state: SessionState
  /** Of the last sign of life of whoever runs it, UTC milliseconds. */
  readonly beatAt: Millis
  /** Counts who has run it: of two runners the one with the higher number is right. */
  readonly fence: number
  /** Null before the first commit. */
  readonly status: SessionStatus | null
  /** Number of the last event; -1 before the first. */
  readonly lastEventSeq: number
  /** Why it failed or was stopped; null while it runs. */
  readonly reason: string | null
  /** Of a session over stored candles that has finished; null for any other. */
  readonly resultHash: string | null
}

/** Something that entered a session, in order: with its candles the whole truth of what it did. */
export interface SessionInput {
  /** From 0, without a gap. */
  readonly seq: number
  /** When it came, by the clock of the session. */
  readonly time: Millis
  /** What it is: a candle, a quote, a fill, a command. */
  readonly kind: string
  /** As plain JSON. */
  readonly payload: unknown
}

/** What one or more inputs have led to: stored whole or not at all, before anything acts on it. */
export interface SessionCommit {
  /** What came in. */
  readonly inputs: readonly SessionInput[]
  /** What happened, in order, the last with its link. */
  readonly events: readonly EventRecord[]
  /** Trades that closed, as plain JSON. */
  readonly trades: readonly unknown[]
  /** Equity at closes. */
  readonly marks: readonly { readonly time: Millis; readonly equity: number }[]
  /** What became of commands that were among what came in. */
  readonly answers: readonly CommandAnswer[]
  /** The session after them; null where it can be computed again from stored candles. */
  readonly snapshot: unknown
  /** How the session stands after them. */
  readonly status: SessionStatus
}

/** What became of a command: once it is stored, the command waits no more. */
export interface CommandAnswer {
  /** Number of the command. */
  readonly id: number
  /** In words. */
  readonly outcome: string
}

/** What somebody orders of a session from outside. */
export interface SessionCommand {
  /** Counts the commands of all sessions. */
  readonly id: number
  /** Of whom it is ordered. */
  readonly sessionId: string
  /** As plain JSON; checked where it is taken. */
  readonly command: unknown
  /** Who ordered it. */
  readonly actor: string
  /** When it was ordered, UTC milliseconds. */
  readonly askedAt: Millis
  /** When the session took it; null while it waits. */
  readonly takenAt: Millis | null
  /** What became of it; null while it waits. */
  readonly outcome: string | null
}

/** A session as it can go on from. */
export interface StoredSession {
  /** What it is, and how it stands. */
  readonly record: SessionRecord
  /** Null where none was stored. */
  readonly snapshot: unknown
  /** Number of the last input that it holds; -1 for none. */
  readonly inputSeq: number
  /** Link of the chain of events so far; empty before the first. */
  readonly link: string
}

/** Sessions and all that happened in them. */
export interface SessionRepository {
  /** Writes a new session down. Its runner has fence 1. */
  create(session: NewSession): Promise<void>
  /** A session with what it goes on from; undefined where there is none. */
  find(sessionId: string): Promise<StoredSession | undefined>
  /** Newest first, those in one state alone where it is named. */
  list(limit?: number, state?: SessionState): Promise<readonly SessionRecord[]>
  /**
   * Takes a session over from a runner that has shown no sign of life since `before`.
   * @returns the fence; null where a runner lives, or the session has ended
   */
  takeOver(sessionId: string, before: Millis, now: Millis): Promise<number | null>
  /** Shows that the runner lives. @returns false where another has taken over, or the session has ended */
  beat(sessionId: string, fence: number, now: Millis): Promise<boolean>
  /**
   * Stores a commit, once: of one that is given again, because nobody heard that it was stored, nothing
   * is stored a second time.
   * @throws AppError SESSION_TAKEN where another runner has taken over; nothing is stored then
   */
  commit(sessionId: string, fence: number, now: Millis, commit: SessionCommit): Promise<void>
  /** Ends a session; the same end again does nothing. @throws AppError SESSION_TAKEN as `commit` */
  end(
    sessionId: string,
    fence: number,
    end: {
      readonly state: Exclude<SessionState, 'running'>
      readonly reason: string | null
      readonly resultHash: string | null
    },
  ): Promise<void>
  /** Events from a number on, in order, a page at a time. */
  events(sessionId: string, since?: number): AsyncIterable<readonly EventRecord[]>
  /** Inputs from a number on, in order, a page at a time. */
  inputs(sessionId: string, since?: number): AsyncIterable<readonly SessionInput[]>
  /** The last inputs of some kinds, in order. */
  lastInputs(
    sessionId: string,
    kinds: readonly string[],
    limit: number,
  ): Promise<readonly SessionInput[]>
  /** Trades that closed, the first first, as plain JSON. */
  trades(sessionId: string): Promise<readonly unknown[]>
  /** Some of them, the last first, each with its place from 0; those before a place where it is named. */
  tradePage(
    sessionId: string,
    page: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly { readonly number: number; readonly trade: unknown }[]>
  /** Equity at closes, in order, from a time on. */
  marks(sessionId: string, since?: Millis): Promise<SessionCommit['marks']>
  /**
   * Orders something of a session, once for each request: the same one again finds what it has ordered.
   * @returns its number
   */
  ask(
    command: Pick<SessionCommand, 'sessionId' | 'command' | 'actor' | 'askedAt'>,
    requestId?: string,
  ): Promise<number>
  /** What a request has ordered; undefined for nothing. */
  requested(requestId: string): Promise<SessionCommand | undefined>
  /** Commands of a session that nobody has taken, oldest first. */
  waiting(sessionId: string): Promise<readonly SessionCommand[]>
  /** A command; undefined where there is none. */
  command(id: number): Promise<SessionCommand | undefined>
  /** Commands of a session, newest first. */
  commands(sessionId: string): Promise<readonly SessionCommand[]>
}
