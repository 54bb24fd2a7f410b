import type { Millis } from '../../core/candles/time.js'
import type { Clock } from '../../core/ports/clock.js'

/** Sleeps, or until it is told to end. */
export async function pause(clock: Clock, signal: AbortSignal, ms: Millis): Promise<void> {
  if (!signal.aborted && ms > 0) await clock.sleep(ms, signal)
}
