import { randomBytes } from 'node:crypto'
import type { Clock } from '../../core/ports/clock.js'

const TICKETS_MAX = 10_000

/**
 * What is good once, for a short time: for addresses that a browser opens without a header. They live
 * in memory, so a restart ends them.
 */
export class Tickets<T> {
  private readonly clock: Clock
  private readonly lifeMs: number
  private readonly held = new Map<string, { readonly value: T; readonly until: number }>()

  constructor(clock: Clock, lifeMs: number) {
    this.clock = clock
    this.lifeMs = lifeMs
  }

  /** Draws a ticket. */
  issue(value: T): string {
    const now = this.clock.monotonic()
    for (const [ticket, { until }] of this.held) {
      if (until > now && this.held.size < TICKETS_MAX) break
      this.held.delete(ticket)
    }
    const ticket = randomBytes(24).toString('base64url')
    this.held.set(ticket, { value, until: now + this.lifeMs })
    return ticket
  }

  /** What a ticket stands for, once; null for one that is used, too old, or none. */
  take(ticket: string): T | null {
    const found = this.held.get(ticket)
    this.held.delete(ticket)
    return found !== undefined && found.until > this.clock.monotonic() ? found.value : null
  }
}
