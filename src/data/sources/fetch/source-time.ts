import type { Millis } from '../../../core/candles/time.js'
import type { Clock } from '../clock.js'
import type { Answer } from '../http/http-client.js'

/** From here on, clocks that differ are worth a word. */
const SKEW_MAX_MS = 1500

/** What a source says the time is, and how far this machine's clock is off. */
export class SourceTime {
  private readonly clock: Clock
  private skewMs = 0
  private known = false

  constructor(clock: Clock) {
    this.clock = clock
  }

  /**
   * The time of the source when it answered: by the body, else by the header's date without the age
   * of a cached answer, else by this machine's clock as it was off before.
   */
  of(answer: Answer, inBody: Millis | undefined): Millis {
    const told = inBody ?? dateOf(answer)
    if (told === undefined) return this.clock.now() + this.skewMs
    this.skewMs = told - this.clock.now()
    this.known = true
    return told
  }

  /** The time of the source at present. */
  now(): Millis {
    return this.clock.now() + this.skewMs
  }

  /** How far this machine's clock is behind; null where that is little, or unknown. */
  skew(): Millis | null {
    return this.known && Math.abs(this.skewMs) > SKEW_MAX_MS ? this.skewMs : null
  }
}

function dateOf({ headers }: Answer): Millis | undefined {
  const date = Date.parse(headers['date'] ?? '')
  if (!Number.isFinite(date)) return undefined
  const age = Number(headers['age'] ?? 0)
  return date - (Number.isFinite(age) ? age * 1000 : 0)
}
