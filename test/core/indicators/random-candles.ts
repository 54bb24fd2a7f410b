import { candlesFrom, type Candle, type Candles } from '../../../src/core/candles/candles.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'

export interface Shape {
  readonly seed: number
  readonly length: number
  /** Shares, 0 to 1, of stretches without movement, without volume, and of missing candles. */
  readonly flat?: number
  readonly idle?: number
  readonly missing?: number
}

/** A small generator of numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const tick = (price: number): number => Math.max(1, Math.round(price * 100)) / 100

/** Hourly candles in stretches of different moods; prices in ticks, so that equal ones occur. */
export function randomCandles({ seed, length, flat = 0, idle = 0, missing = 0 }: Shape): Candles {
  const random = randomFrom(seed)
  const list: Candle[] = []
  let time = 1_700_006_400_000
  let close = 100
  let mood = { swing: 0.01, isFlat: false, isIdle: false }
  for (let i = 0; i < length; i++) {
    if (i % 30 === 0) {
      mood = { swing: 0.02 * random(), isFlat: random() < flat, isIdle: random() < idle }
    }
    // Now and then a jump, as true ranges are more than ranges only there.
    const jump = mood.isFlat || random() < 0.7 ? 0 : mood.swing * (random() - 0.5) * 3
    const open = jump === 0 ? close : tick(close * (1 + jump))
    if (!mood.isFlat) close = tick(open * (1 + mood.swing * (random() - 0.5) * 2))
    const reach = mood.isFlat ? 0 : open * mood.swing * random()
    const high = tick(Math.max(open, close) + reach)
    const low = Math.min(open, close, tick(Math.min(open, close) - reach * random()))
    const volume = mood.isIdle ? 0 : Math.round(1000 * random())
    list.push({ time, open, high: Math.max(open, close, high), low, close, volume })
    time += HOUR_MS * (random() < missing ? 1 + Math.ceil(random() * 9) : 1)
  }
  return candlesFrom(HOUR_MS, list)
}
