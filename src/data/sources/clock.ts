import type { Clock } from '../../core/ports/clock.js'

export type { Clock } from '../../core/ports/clock.js'

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
  random: () => Math.random(),
}
