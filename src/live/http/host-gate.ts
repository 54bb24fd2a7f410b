import type { Millis } from '../../core/candles/time.js'
import type { LiveClock } from '../clock.js'
import type { HttpAnswer } from './http-client.js'

const SECOND = 1000
/** How long a host is left alone that does not say how long: it doubles each time. */
const REST_MS = SECOND
const REST_MAX_MS = 60 * SECOND

/**
 * Spaces the requests to a host, of the whole process: one after the other with so much time between,
 * and none while the host wants to be left alone.
 */
export class HostGate {
  private readonly spacingMs: Millis
  private readonly clock: LiveClock
  private next: Millis = 0
  private closedUntil: Millis = 0
  private refusals = 0

  /** @param perSecond requests in a second; Infinity for no limit */
  constructor(perSecond: number, clock: LiveClock) {
    this.spacingMs = SECOND / perSecond
    this.clock = clock
  }

  /** How long a request would have to wait now. */
  get waitMs(): Millis {
    return Math.max(0, this.closedUntil - this.clock.now(), this.next - this.clock.now())
  }

  /** Resolves when a request may be sent; at once to false where that is longer away than `patienceMs`. */
  async enter(patienceMs: Millis): Promise<boolean> {
    for (;;) {
      const wait = this.waitMs
      if (wait === 0) break
      if (wait > patienceMs) return false
      await this.clock.sleep(wait)
    }
    this.next = this.clock.now() + this.spacingMs
    return true
  }

  /** Takes notice of an answer: after a 429 nothing is asked until the host says, or for longer each time. */
  notice(answer: HttpAnswer): void {
    if (answer.status !== 429) {
      this.refusals = 0
      return
    }
    const rest = Math.min(REST_MAX_MS, REST_MS * 2 ** this.refusals)
    this.refusals += 1
    const until = resetOf(answer, this.clock.now()) ?? this.clock.now() + rest
    this.closedUntil = Math.max(this.closedUntil, until)
  }
}

/** When a host may be asked again; by its own clock, where it tells that, which may go other than ours. */
function resetOf({ headers }: HttpAnswer, now: Millis): Millis | null {
  const seconds = Number(headers['x-ratelimit-reset'] ?? NaN)
  if (!Number.isFinite(seconds)) return null
  const hostNow = Date.parse(headers['date'] ?? '')
  const wait = seconds * SECOND - (Number.isFinite(hostNow) ? hostNow : now)
  return now + Math.min(REST_MAX_MS, Math.max(SECOND / 2, wait))
}

/** One gate a host. */
export class HostGates {
  private readonly gates = new Map<string, HostGate>()
  private readonly perSecond: number
  private readonly clock: LiveClock

  constructor(perSecond: number, clock: LiveClock) {
    this.perSecond = perSecond
    this.clock = clock
  }

  of(url: string): HostGate {
    const { host } = new URL(url)
    const known = this.gates.get(host) ?? new HostGate(this.perSecond, this.clock)
    this.gates.set(host, known)
    return known
  }
}
