import type { Millis } from '../candles/time.js'

/** What ends a wait early: an AbortSignal is one. */
export interface StopSignal {
  /** Whether it has ended already. */
  readonly aborted: boolean
  /** Tells when it ends. */
  addEventListener(type: 'abort', listener: () => void, options: { once: true }): void
  /** Tells no more. */
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Time and chance, so that tests can hold both. */
export interface Clock {
  /** UTC milliseconds, by this machine. */
  now(): Millis
  /** Milliseconds that never run back. */
  monotonic(): Millis
  /** @param signal ends it early, so that nothing is waited for in vain */
  sleep(ms: Millis, signal?: StopSignal): Promise<void>
  /** From 0 (inclusive) to 1 (exclusive). */
  random(): number
}
