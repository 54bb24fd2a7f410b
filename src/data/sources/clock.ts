import type { Clock } from '../../core/ports/clock.js'

export type { Clock } from '../../core/ports/clock.js'

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise(resolve => {
      const end = (): void => {
        clearTimeout(timer)
        // A signal outlives thousands of waits.
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      if (signal?.aborted === true) end()
      else signal?.addEventListener('abort', end, { once: true })
    }),
  random: () => Math.random(),
}
