import { DAY_MS, type Millis } from '../candles/time.js'

/** Logarithmic growth a day, of a return over a length. */
export function dailyGrowth(totalReturn: number, length: Millis): number {
  return Math.log(1 + totalReturn) / (length / DAY_MS)
}
