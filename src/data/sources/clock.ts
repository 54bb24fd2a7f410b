import type { Clock } from '../../core/ports/clock.js'

export type { Clock } from '../../core/ports/clock.js'

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      const end = (): void => {
        clearTimeout(timer)
        resolve()
      }
      if (signal?.aborted === true) end()
      else signal?.addEventListener('abort', end, { once: true })
    }),
  random: () => Math.random(),
}
