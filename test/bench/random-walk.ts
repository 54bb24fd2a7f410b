import { allocateCandles, type Candles } from '../../src/core/candles/candles.js'
import { MINUTE_MS } from '../../src/core/candles/time.js'

const START = Date.UTC(2020, 0, 1)

/** The random walk of the C loop, number for number: a million candles of four steps each. */
export function randomWalk(length = 1_000_000): Candles {
  const candles = allocateCandles(MINUTE_MS, length)
  let state = 12_345
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 4_294_967_296
  }
  let price = 100
  for (let i = 0; i < length; i++) {
    let [high, low] = [price, price]
    candles.time[i] = START + i * MINUTE_MS
    candles.open[i] = price
    for (let k = 0; k < 4; k++) {
      price *= 1 + (random() - 0.5) * 0.0016
      high = Math.max(high, price)
      low = Math.min(low, price)
    }
    candles.high[i] = high
    candles.low[i] = low
    candles.close[i] = price
    candles.volume[i] = random() * 1000
  }
  return candles
}
