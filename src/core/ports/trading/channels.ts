import type { Millis } from '../../candles/time.js'

/** How a channel that tells people of a session's events fares. Nothing in it is secret. */
export interface ChannelState {
  /** Its name in the configuration. */
  readonly channel: string
  /** How it tells: log, webhook, telegram, email. */
  readonly type: string
  /** Which events go there, as patterns. */
  readonly kinds: readonly string[]
  /** Messages that arrived. */
  readonly sent: number
  /** Messages that were given up or lost. */
  readonly failed: number
  /** Messages that wait. */
  readonly waiting: number
  /** When one last arrived, UTC milliseconds; null for never. */
  readonly sentAt: Millis | null
  /** When a try last failed, UTC milliseconds; null for never. */
  readonly failedAt: Millis | null
  /** Why the last try failed; null where it did not. */
  readonly problem: string | null
}

/** Channels of sessions, as these have told of them. */
export interface ChannelStates {
  /** Notes how the channels of a session fare, in place of what was noted of them. */
  report(sessionId: string, states: readonly ChannelState[]): Promise<void>
  /** Those of some sessions, by session and name. */
  of(sessionIds: readonly string[]): Promise<readonly (ChannelState & { sessionId: string })[]>
}
