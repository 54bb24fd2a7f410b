import type { Millis } from '../../../core/candles/time.js'
import type { Clock } from '../clock.js'

/** Sleeps, or until it is told to end, or woken. */
export async function sleepUnless(
  signal: AbortSignal,
  clock: Clock,
  ms: Millis,
  woken?: Promise<void>,
): Promise<void> {
  const over = new AbortController()
  const sleep = clock.sleep(ms, AbortSignal.any([signal, over.signal]))
  let onAbort: (() => void) | undefined
  const aborted = new Promise<void>(resolve => {
    onAbort = resolve
    signal.addEventListener('abort', onAbort, { once: true })
  })
  await Promise.race([sleep, aborted, ...(woken === undefined ? [] : [woken])])
  signal.removeEventListener('abort', onAbort!)
  over.abort()
}
