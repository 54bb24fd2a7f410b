import type { CandleRow } from '../../../core/ports/candles.js'
import type { FeedEvent } from '../../../core/ports/feed.js'
import type { Millis } from '../../../core/candles/time.js'
import type { Clock } from '../clock.js'

/**
 * Stored candles as a feed: each when it closes, so many times faster than it was; Infinity for as
 * fast as they are read. Candles that are not stored are told as missing.
 */
export async function* replayFeed(
  pages: AsyncIterable<readonly CandleRow[]>,
  { timeframeMs, speed }: { readonly timeframeMs: Millis; readonly speed: number },
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<FeedEvent> {
  const began = clock.monotonic()
  let [first, next] = [NaN, NaN]
  for await (const page of pages) {
    for (const candle of page) {
      if (signal.aborted) return
      if (Number.isNaN(first)) first = next = candle.time
      for (; next < candle.time; next += timeframeMs) yield { kind: 'missing', time: next }
      const due = began + (candle.time + timeframeMs - first) / speed
      const wait = due - clock.monotonic()
      if (wait > 0) await clock.sleep(wait)
      yield { kind: 'candle', candle, isReplayed: true }
      next = candle.time + timeframeMs
    }
  }
}
