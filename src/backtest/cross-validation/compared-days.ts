import type { Candles } from '../../core/candles/candles.js'
import { dayOfCandle } from '../../core/candles/days.js'
import { DAY_MS, type Millis } from '../../core/candles/time.js'

/** The days that sets are compared over. */
export interface ComparedDays {
  readonly count: number
  /** Their places among the daily returns of a run over the candles. */
  readonly places: Int32Array
  /** Midnight of each, UTC. */
  readonly time: Float64Array
  /** Days between the first and the last that have no candle, and are not among them. */
  readonly withoutCandles: number
}

/**
 * UTC days with a candle, from that of `since` on, which is where the strategies begin to decide.
 * Before it no set can differ from another, and in a hole no set can do anything.
 */
export function comparedDays(candles: Candles, since: Millis | null): ComparedDays {
  const dayOf = (time: Millis): number => dayOfCandle(time, candles.timeframeMs)
  const first = dayOf(candles.time[0]!)
  const start = since === null ? first : Math.max(first, dayOf(since))
  const days: number[] = []
  for (let i = 0; i < candles.length; i++) {
    const day = dayOf(candles.time[i]!)
    if (day >= start && day !== days.at(-1)) days.push(day)
  }
  return {
    count: days.length,
    places: Int32Array.from(days, day => day - first),
    time: Float64Array.from(days, day => day * DAY_MS),
    withoutCandles: days.length === 0 ? 0 : days.at(-1)! - days[0]! + 1 - days.length,
  }
}

/** The returns of these days, out of the daily returns of a run. */
export function returnsOn({ places }: ComparedDays, daily: Float64Array): Float64Array {
  return Float64Array.from(places, place => daily[place]!)
}
