import type { Candles } from '../../core/candles/candles.js'

/** A market as it would be held, from its first candle in the run on. */
interface HeldMarket {
  readonly candles: Candles
  readonly first: number
}

/** Last close over first open of the run. */
export function heldRatio({ candles, first }: HeldMarket): number {
  return candles.close[candles.length - 1]! / candles.open[first]!
}

/**
 * The capital in equal shares of all markets at each time: each is bought at its first open of the
 * run, without costs, is cash before, and is worth its last close where it has no candle.
 */
export function heldEquity(
  capital: number,
  time: Float64Array,
  markets: readonly HeldMarket[],
): Float64Array {
  const equity = new Float64Array(time.length)
  const share = capital / markets.length
  for (const { candles, first } of markets) {
    const open = candles.open[first]!
    let [next, ratio] = [first, 1]
    for (let i = 0; i < time.length; i++) {
      if (next < candles.length && candles.time[next] === time[i]) {
        ratio = candles.close[next]! / open
        next += 1
      }
      equity[i]! += share * ratio
    }
  }
  return equity
}
