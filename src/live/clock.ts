import type { Millis } from '../core/candles/time.js'

/** Time and chance of live trading: arguments, so that a simulation can hold both. */
export interface LiveClock {
  /** UTC milliseconds. */
  now(): Millis
  sleep(ms: Millis): Promise<void>
  /** From 0 (inclusive) to 1 (exclusive). */
  random(): number
}

/** The clock of this machine. */
export const liveClock: LiveClock = {
  now: () => Date.now(),
  sleep: ms => new Promise(done => setTimeout(done, ms)),
  random: () => Math.random(),
}
