import type { Millis } from '../../../core/candles/time.js'
import type { Clock } from '../clock.js'

/**
 * Spaces the requests to a host: at most so many in a time, none while it wants to be left alone,
 * and after that one alone before the others follow.
 */
export class RequestGate {
  private readonly spacingMs: Millis
  private readonly clock: Clock
  private readonly signal: AbortSignal | undefined
  private next = 0
  private closedUntil = 0
  private probe: Promise<void> | undefined

  /**
   * @param spacingMs the least time between two requests; 0 for none
   * @param signal ends all waiting
   */
  constructor(spacingMs: Millis, clock: Clock, signal?: AbortSignal) {
    this.spacingMs = spacingMs
    this.clock = clock
    this.signal = signal
  }

  /**
   * Resolves when a request may be sent, or when waiting has ended. Whoever is let through calls `done`
   * when it is answered.
   */
  async enter(): Promise<{ readonly done: (isFine: boolean) => void }> {
    while (this.signal?.aborted !== true) {
      const now = this.clock.monotonic()
      if (this.closedUntil > now) await this.clock.sleep(this.closedUntil - now, this.signal)
      else if (this.probe !== undefined) await this.probe
      else if (this.next > now) await this.clock.sleep(this.next - now, this.signal)
      else break
    }
    this.next = Math.max(this.next, this.clock.monotonic()) + this.spacingMs
    return this.closedUntil > 0 ? this.asProbe() : { done: () => undefined }
  }

  /** The first request after a wait goes alone. */
  private asProbe(): { readonly done: (isFine: boolean) => void } {
    let release = (): void => undefined
    this.probe = new Promise(resolve => (release = resolve))
    return {
      done: isFine => {
        if (isFine) this.closedUntil = 0
        this.probe = undefined
        release()
      },
    }
  }

  /** Lets nothing through for so long. */
  close(ms: Millis): void {
    this.closedUntil = Math.max(this.closedUntil, this.clock.monotonic() + ms)
  }
}
