import type { Millis } from '../candles/time.js'

/** An event of a run as stored. */
export interface EventRecord {
  /** Position in the run, from 0. */
  readonly seq: number
  readonly time: Millis
  readonly type: string
  readonly payload: unknown
  readonly linkHash: string | null
}

export interface EventRepository {
  append(runId: string, events: readonly EventRecord[]): Promise<void>
  /** All events of a run at once, instead of those that are stored; of two that do, one waits. */
  replace(runId: string, events: readonly EventRecord[]): Promise<void>
  /** In order, a page at a time. */
  read(runId: string, since?: number): AsyncIterable<readonly EventRecord[]>
}
