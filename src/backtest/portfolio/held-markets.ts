import type { Candles } from '../../core/candles/candles.js'
import type { Engine } from '../../core/engine/engine.js'

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

/** Before the end of a run: positions on markets whose last candle is older than that of another. */
export function heldEarly({ legs, markets }: Engine): number {
  const last = Math.max(...markets.map(({ time }) => time))
  return legs.filter(({ position, market }) => position.quantity !== 0 && market.time < last).length
}
