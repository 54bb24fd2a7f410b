import type { Millis } from '../../candles/time.js'
import type { EventRecord } from '../research/events.js'

/** What somebody did to the house: promotions, settings, commands, keys. Chained, in one order. */
export interface AuditLog {
  /**
   * Writes an event down.
   * @param once a field of its payload: where an event of its type has the same value there, it stands
   *   already, and nothing is written
   * @returns its number
   */
  append(
    event: {
      readonly time: Millis
      readonly type: string
      /** Who did it, and what, as plain JSON. */
      readonly payload: Readonly<Record<string, unknown>>
    },
    once?: string,
  ): Promise<number>
  /** From a number on, in order, a page at a time. */
  read(since?: number): AsyncIterable<readonly EventRecord[]>
}
