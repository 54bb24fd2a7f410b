import type { Millis } from '../../candles/time.js'

/** An event of some session in the one order of all of them. */
export interface FeedEvent {
  /** Its place among the events of all sessions, from 1, without a gap. */
  readonly number: number
  /** Whose it is. */
  readonly sessionId: string
  /** Its place in that session, from 0. */
  readonly seq: number
  /** When it happened, UTC milliseconds. */
  readonly time: Millis
  /** What kind of event it is. */
  readonly type: string
  /** The event, as plain JSON. */
  readonly payload: unknown
}

/** Which events of the feed are meant. */
export interface FeedQuery {
  /** Those after this number. */
  readonly after: number
  /** At most so many. */
  readonly limit: number
  /** Of one session alone. */
  readonly sessionId?: string | undefined
  /** Of one type alone. */
  readonly type?: string | undefined
}

/** Types of events that somebody should see. */
export const ALARM_TYPES = ['risk.breached', 'limit.breached', 'error', 'settings.refused'] as const

/**
 * Events of all sessions in one order, which is the order in which they were first seen: two sessions
 * that store at once would else give a number after a higher one had been read.
 */
export interface EventFeed {
  /** Numbers what was stored since. @returns the highest number; 0 for none */
  advance(): Promise<number>
  /** Events in order. */
  read(query: FeedQuery): Promise<readonly FeedEvent[]>
  /** Events that somebody should see, of some sessions, the newest first. */
  alarms(sessionIds: readonly string[], limit: number): Promise<readonly FeedEvent[]>
}
