import type { Millis } from '../../../core/candles/time.js'
import type { CandleRow } from '../../../core/ports/market/candles.js'
import type { FeedEvent, MarketEvent } from '../../../core/ports/market/feed.js'
import type { Clock } from '../clock.js'
import { sleepUnless } from './sleep-unless.js'

/** What happened, and when it was known. */
export interface Timed<T extends MarketEvent = MarketEvent> {
  /** UTC milliseconds. */
  readonly at: Millis
  readonly event: T
}

/** Stored candles, each when it closed. Candles that are not stored are told as missing. */
export async function* storedCandles(
  pages: AsyncIterable<readonly CandleRow[]>,
  timeframeMs: Millis,
): AsyncGenerator<Timed<FeedEvent>> {
  let next = NaN
  for await (const page of pages) {
    for (const candle of page) {
      for (; next < candle.time; next += timeframeMs)
        yield { at: next + timeframeMs, event: { kind: 'missing', time: next } }
      next = candle.time + timeframeMs
      yield { at: next, event: { kind: 'candle', candle, isReplayed: true } }
    }
  }
}

/** Two recordings as one, in the order of time; of what is known at once the first one's is first. */
export async function* inTurn(
  first: AsyncIterable<Timed>,
  second: Iterable<Timed>,
): AsyncGenerator<Timed> {
  const others = second[Symbol.iterator]()
  let other = others.next()
  for await (const one of first) {
    for (; other.done !== true && other.value.at < one.at; other = others.next()) yield other.value
    yield one
  }
  for (; other.done !== true; other = others.next()) yield other.value
}

/**
 * What was recorded as a feed: each event when its time comes, so many times faster than it was;
 * Infinity for as fast as it is read.
 */
export async function* replayFeed<T extends MarketEvent>(
  recording: AsyncIterable<Timed<T>>,
  speed: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<T> {
  const began = clock.monotonic()
  let first: Millis | undefined
  for await (const { at, event } of recording) {
    first ??= at
    const wait = began + (at - first) / speed - clock.monotonic()
    if (wait > 0) await sleepUnless(signal, clock, wait)
    if (signal.aborted) return
    yield event
  }
}
