import type { Millis } from '../../../core/candles/time.js'
import type { Clock } from '../clock.js'

/**
 * Sleeps, or until it is told to end, or woken. Nothing of it is left behind: a feed sleeps a million
 * times on one signal.
 */
export async function sleepUnless(
  signal: AbortSignal,
  clock: Clock,
  ms: Millis,
  woken?: Promise<void>,
): Promise<void> {
  const over = new AbortController()
  const end = (): void => over.abort()
  await new Promise<void>(resolve => {
    over.signal.addEventListener('abort', () => resolve(), { once: true })
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    void clock.sleep(ms, over.signal).then(resolve)
    void woken?.then(resolve)
  })
  signal.removeEventListener('abort', end)
  end()
}
