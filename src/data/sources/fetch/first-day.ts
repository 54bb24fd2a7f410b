import { DAY_MS, type Millis } from '../../../core/candles/time.js'
import type { Interval } from '../../store/candles/coverage.js'
import type { PageRequest } from '../source.js'
import { fetchWindow, type WindowAsked } from './window-fetch.js'

/**
 * The open of the first day with a candle; the end where there is none.
 * @throws AskError
 */
export async function firstDay(
  from: WindowAsked,
  { market, base }: Pick<PageRequest, 'market' | 'base'>,
  { since, until }: Interval,
): Promise<Millis> {
  const length = from.source.page * DAY_MS
  const days = { market, base, timeframe: '1d', timeframeMs: DAY_MS }
  for (let at = since - (since % DAY_MS); at < until; at += length) {
    const window = { ...days, since: at, until: Math.min(at + length, until + DAY_MS) }
    const { candles } = await fetchWindow(from, window)
    if (candles.length > 0) return candles[0]!.time
  }
  return until
}
