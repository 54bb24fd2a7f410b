import type { Candles } from '../../../core/candles/candles.js'
import { quantileOfSorted } from '../../../core/statistics/samples/moments.js'
import { DAY_MS } from '../../../core/candles/time.js'

export const VOLATILITIES = ['low', 'middle', 'high'] as const
export const TRENDS = ['up', 'down'] as const
/** Where too few candles came before. */
export const UNKNOWN = 'unknown'

/** How many candles a regime is read from. */
export interface RegimeWindows {
  readonly volatilityCandles: number
  readonly trendCandles: number
}

/** A day of candles for volatility and a week for trend, but no fewer than 20 and 50. */
export function defaultWindows(timeframeMs: number): RegimeWindows {
  return {
    volatilityCandles: Math.max(20, Math.round(DAY_MS / timeframeMs)),
    trendCandles: Math.max(50, Math.round((7 * DAY_MS) / timeframeMs)),
  }
}

/** The market as it stood before a candle: nothing of that candle is read. */
export interface MarketRegime {
  volatilityBefore(i: number): string
  trendBefore(i: number): string
  /** Volatilities that part the terciles, a candle; null where none is known. */
  readonly cuts: readonly [number, number] | null
}

/**
 * Volatility terciles and the sign of the trend. Volatility is the deviation of the last log
 * returns from close to close; its terciles are those of the candles from `first` on, and so known
 * only afterwards. The trend is the sign of the change over its window.
 */
export function marketRegime(
  candles: Candles,
  first: number,
  { volatilityCandles, trendCandles }: RegimeWindows,
): MarketRegime {
  const volatility = volatilityColumn(candles, volatilityCandles)
  const known = volatility.subarray(first).filter(value => !Number.isNaN(value))
  known.sort((a, b) => a - b)
  const cuts =
    known.length === 0
      ? null
      : ([quantileOfSorted(known, 1 / 3), quantileOfSorted(known, 2 / 3)] as const)
  const { close } = candles
  return {
    cuts,
    volatilityBefore(i) {
      const value = volatility[i]!
      if (cuts === null || Number.isNaN(value)) return UNKNOWN
      if (value <= cuts[0]) return 'low'
      return value <= cuts[1] ? 'middle' : 'high'
    },
    trendBefore(i) {
      const since = i - 1 - trendCandles
      if (since < 0) return UNKNOWN
      return close[i - 1]! > close[since]! ? 'up' : 'down'
    },
  }
}

/** At index i the deviation of the `count` log returns that end at the close of i - 1. */
function volatilityColumn({ close, length }: Candles, count: number): Float64Array {
  const column = new Float64Array(length).fill(NaN)
  const returnAt = (i: number): number => Math.log(close[i]! / close[i - 1]!)
  let [sum, squares] = [0, 0]
  for (let i = 2; i < length; i++) {
    const newest = returnAt(i - 1)
    sum += newest
    squares += newest * newest
    if (i - 1 > count) {
      const oldest = returnAt(i - 1 - count)
      sum -= oldest
      squares -= oldest * oldest
    }
    if (i - 1 >= count) column[i] = Math.sqrt(Math.max(0, squares - (sum * sum) / count) / count)
  }
  return column
}
