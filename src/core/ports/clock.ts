import type { Millis } from '../candles/time.js'

/** Time and chance, so that tests can hold both. */
export interface Clock {
  /** UTC milliseconds, by this machine. */
  now(): Millis
  /** Milliseconds that never run back. */
  monotonic(): Millis
  sleep(ms: Millis): Promise<void>
  /** From 0 (inclusive) to 1 (exclusive). */
  random(): number
}
