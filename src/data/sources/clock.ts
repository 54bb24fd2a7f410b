import type { Millis } from '../../core/candles/time.js'

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

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
  random: () => Math.random(),
}
