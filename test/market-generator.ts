import fc from 'fast-check'
import { candlesFrom, type Candle, type Candles } from '../src/core/candles/candles.js'
import { HOUR_MS } from '../src/core/candles/time.js'

/** Candles from moves: each candle opens near the last close, gaps included, prices stay positive. */
export function candlesOfMoves(
  moves: readonly { gap: number; up: number; down: number; close: number; volume: number }[],
  timeframeMs = HOUR_MS,
  price = 100,
): Candles {
  let last = price
  const list: Candle[] = moves.map(({ gap, up, down, close, volume }, i) => {
    const open = last * (1 + gap)
    const high = open * (1 + up)
    const low = open * (1 - down)
    last = low + (high - low) * close
    return { time: i * timeframeMs, open, high, low, close: last, volume }
  })
  return candlesFrom(timeframeMs, list)
}

const move = fc.record({
  gap: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.double({ min: -0.08, max: 0.08, noNaN: true }) },
  ),
  up: fc.double({ min: 0, max: 0.06, noNaN: true }),
  down: fc.double({ min: 0, max: 0.06, noNaN: true }),
  close: fc.double({ min: 0, max: 1, noNaN: true }),
  volume: fc.double({ min: 0, max: 1000, noNaN: true }),
})

/** Random candles with gaps between close and open, long enough to trade. */
export function marketArbitrary(minLength = 40, maxLength = 160): fc.Arbitrary<Candles> {
  return fc.array(move, { minLength, maxLength, size: 'max' }).map(moves => candlesOfMoves(moves))
}

/** Candles from `[open, high, low, close]` rows, an hour each. */
export function rows(...prices: readonly (readonly [number, number, number, number])[]): Candles {
  return candlesFrom(
    HOUR_MS,
    prices.map(([open, high, low, close], i) => ({
      time: i * HOUR_MS,
      open,
      high,
      low,
      close,
      volume: 1,
    })),
  )
}
