import type { LiveClock } from '../../../src/live/clock.js'

const SLEEPS_MAX = 4000

/** A clock that runs out, so that what never ends fails. */
export function limited(clock: LiveClock, skewMs = 0): LiveClock {
  let sleeps = 0
  return {
    ...clock,
    now: () => clock.now() + skewMs,
    sleep: ms => {
      sleeps += 1
      if (sleeps > SLEEPS_MAX) return Promise.reject(new Error('it never comes to an end'))
      return clock.sleep(ms)
    },
  }
}
