import {
  candlesFrom,
  withReferences,
  type Candle,
  type Candles,
} from '../../../core/candles/candles.js'
import { bucketOpen } from '../../../core/candles/resample.js'
import { syntheticCandles } from '../../../core/candles/synthetic.js'
import type { Millis } from '../../../core/candles/time.js'
import { ColumnFolds, readMarkets } from '../../../core/engine/columns.js'
import type { MarketEvent } from '../../../core/ports/market/feed.js'
import type { LegSpec } from '../../../core/trading/desk.js'
import { AppError } from '../../../core/errors.js'
import { candleOf } from '../../../live/feed/fed-candle.js'

/** Candles that indicators are tried on, at most: more than any of them asks for. */
const PROBE_MAX = 50_000
/** Recursive indicators forget their first value within so many of their windows. */
const WINDOWS = 8
const LEAST = 100

/**
 * How many candles before a session its indicators should have seen: until each has a value, and
 * until none of them remembers where its history began.
 */
export function candlesToWarm(legs: readonly LegSpec[], timeframeMs: Millis): number {
  const synthetic = { seed: 1, start: 0, price: 100, volatility: 0.01, decimals: 6 }
  for (let length = 512; length <= PROBE_MAX; length *= 4) {
    const own = syntheticCandles({ ...synthetic, length, timeframeMs })
    const read = readMarkets(legs, timeframeMs).map(({ symbol, timeframeMs: lengthMs }) => {
      const many = Math.ceil((length * timeframeMs) / lengthMs)
      return {
        symbol,
        candles: syntheticCandles({ ...synthetic, length: many, timeframeMs: lengthMs }),
      }
    })
    const candles = withReferences(own, read)
    const folds = new ColumnFolds(legs, candles)
    folds.advance(length)
    if (folds.complete < length) return WINDOWS * (folds.complete + 1) + LEAST
  }
  return PROBE_MAX
}

/** Open of the candle that is so many before the one that opens last. */
export function warmFrom(now: Millis, timeframeMs: Millis, candles: number): Millis {
  return bucketOpen(now, timeframeMs) - candles * timeframeMs
}

/** Closed candles before a session, and what its feed says next. */
export interface WarmHistory {
  readonly candles: Candles
  /** The open of the first candle that is not among them. */
  readonly next: Millis
}

/**
 * Takes the past candles of a feed up to the one that closes after `now`.
 * @throws AppError FETCH_FAILED where there are none
 */
export async function takeHistory(
  feed: AsyncIterator<MarketEvent>,
  timeframeMs: Millis,
  now: Millis,
  what: string,
): Promise<WarmHistory> {
  const last = bucketOpen(now, timeframeMs) - timeframeMs
  const taken: Candle[] = []
  let next = -Infinity
  while (next <= last) {
    const told = await feed.next()
    if (told.done === true) break
    const { value } = told
    if (value.kind === 'candle') {
      taken.push(candleOf(value.candle))
      next = value.candle.time + timeframeMs
    } else if (value.kind === 'missing') next = value.time + timeframeMs
    else if (value.kind === 'stale') throw stale(what, value.reason)
  }
  if (taken.length === 0) throw stale(what, 'it has no candles of the time before')
  return { candles: candlesFrom(timeframeMs, taken), next }
}

function stale(what: string, reason: string): AppError {
  return new AppError('FETCH_FAILED', `${what} cannot begin: ${reason}`, {
    hint: 'see whether the source lags, or name another: --feed NAME (assay data sources)',
  })
}
