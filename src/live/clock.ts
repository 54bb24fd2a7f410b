import type { Clock } from '../core/ports/clock.js'

/** Time and chance of live trading: arguments, so that a simulation can hold both. */
export type LiveClock = Pick<Clock, 'now' | 'sleep' | 'random'>

/** The clock of this machine. */
export const liveClock: LiveClock = {
  now: () => Date.now(),
  sleep: ms => new Promise(done => setTimeout(done, ms)),
  random: () => Math.random(),
}
