import type { Millis } from '../../candles/time.js'

/** An event of a run as stored. */
export interface EventRecord {
  /** Position in the run, from 0. */
  readonly seq: number
  /** When it happened, UTC milliseconds. */
  readonly time: Millis
  /** What kind of event it is. */
  readonly type: string
  /** The event, as plain JSON. */
  readonly payload: unknown
  /** Hash that vouches for the batch that ends here; null for all but the last of a batch. */
  readonly linkHash: string | null
}

export interface EventRepository {
  /** Adds events of a run, in order. */
  append(runId: string, events: readonly EventRecord[]): Promise<void>
  /** All events of a run at once, instead of those that are stored; of two that do, one waits. */
  replace(runId: string, events: readonly EventRecord[]): Promise<void>
  /** In order, a page at a time. */
  read(runId: string, since?: number): AsyncIterable<readonly EventRecord[]>
}
