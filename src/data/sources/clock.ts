import type { Millis } from '../../core/candles/time.js'

/** Time and chance, so that tests can hold both. */
export interface Clock {
  /** UTC milliseconds, by this machine. */
  now(): Millis
  /** Milliseconds that never run back. */
  monotonic(): Millis
  /** @param signal ends it early, so that nothing is waited for in vain */
  sleep(ms: Millis, signal?: AbortSignal): Promise<void>
  /** From 0 (inclusive) to 1 (exclusive). */
  random(): number
}

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
