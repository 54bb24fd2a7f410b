import type { Candles } from '../src/core/candles/candles.js'

/** Candles that take part from `first` on. */
export interface ClockedCandles {
  /** All candles of a market. */
  readonly candles: Candles
  /** Index of the first that takes part. */
  readonly first: number
}

/** Every open time at which at least one market has a candle, ascending, each once. */
export function mergeTimes(markets: readonly ClockedCandles[]): Float64Array {
  const next = markets.map(({ first }) => first)
  const room = markets.reduce((sum, { candles, first }) => sum + candles.length - first, 0)
  const times = new Float64Array(room)
  let count = 0
  for (;;) {
    let time = Infinity
    for (let m = 0; m < markets.length; m++) {
      const { candles } = markets[m]!
      const at = next[m]!
      if (at < candles.length && candles.time[at]! < time) time = candles.time[at]!
    }
    if (time === Infinity) return times.slice(0, count)
    times[count++] = time
    for (let m = 0; m < markets.length; m++) {
      const { candles } = markets[m]!
      const at = next[m]!
      if (at < candles.length && candles.time[at] === time) next[m] = at + 1
    }
  }
}
