import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readMarkets } from '../../../src/core/engine/columns.js'
import {
  candlesFrom,
  cutCandles,
  withReferences,
  type Candles,
} from '../../../src/core/candles/candles.js'
import { ema, sma } from '../../../src/core/indicators/averages/average.js'
import { vwma } from '../../../src/core/indicators/averages/average-adaptive.js'
import { paired } from '../../../src/core/indicators/fold.js'
import { computeIndicator, warmupOf } from '../../../src/core/indicators/indicator.js'
import { on } from '../../../src/core/indicators/timeframe.js'
import { HOUR_MS, timeframeName } from '../../../src/core/candles/time.js'
import { specOf, scripted } from '../../run-spec.js'

const MINUTES = 60_000

/** Candles whose close is drawn, at the given places on the grid of their timeframe. */
function candlesAt(timeframeMs: number, places: readonly number[], salt: number): Candles {
  return candlesFrom(
    timeframeMs,
    places.map(place => {
      const close = 100 + ((place * 37 + salt * 11) % 29)
      const time = place * timeframeMs
      return { time, open: close, high: close + 1, low: close - 1, close, volume: 1 + (place % 3) }
    }),
  )
}

const places = (most: number): fc.Arbitrary<number[]> =>
  fc
    .uniqueArray(fc.nat(most), { minLength: 1, maxLength: most })
    .map(list => list.sort((a, b) => a - b))

/** The last value whose candle has closed by the close of the own one, looked up from nothing. */
function naive(own: Candles, other: Candles, values: Float64Array): number[] {
  return Array.from(own.time.subarray(0, own.length), time => {
    const closes = time + own.timeframeMs
    let value = NaN
    for (let k = 0; k < other.length; k++) {
      if (other.time[k]! + other.timeframeMs <= closes) value = values[k]!
    }
    return value
  })
}

const beside = (own: Candles, other: Candles): Candles =>
  withReferences(own, [{ symbol: 'BTC-USDT', candles: other }])

const pairs = fc.record({
  own: places(60),
  other: places(60),
  ownMs: fc.constantFrom(15 * MINUTES, HOUR_MS, 4 * HOUR_MS),
  otherMs: fc.constantFrom(15 * MINUTES, HOUR_MS, 90 * MINUTES, 4 * HOUR_MS),
})

describe('on another market', () => {
  test('is at each candle the value at the last candle there that has closed', () => {
    fc.assert(
      fc.property(pairs, ({ own, other, ownMs, otherMs }) => {
        const there = candlesAt(otherMs, other, 1)
        const candles = beside(candlesAt(ownMs, own, 2), there)
        const place = { symbol: 'BTC-USDT', timeframe: timeframeName(otherMs) }
        for (const inner of [sma(3), ema(4), vwma(2)]) {
          expect([...computeIndicator(on(place, inner), candles)]).toEqual(
            naive(candles, there, computeIndicator(inner, there)),
          )
        }
      }),
    )
  })

  test('does not change where a later candle of the other market does', () => {
    fc.assert(
      fc.property(pairs, fc.nat(59), ({ own, other, ownMs, otherMs }, at) => {
        const there = candlesAt(otherMs, other, 1)
        const changed = candlesAt(otherMs, other, 1)
        const place = { symbol: 'BTC-USDT', timeframe: timeframeName(otherMs) }
        const k = at % there.length
        for (let later = k; later < changed.length; later++) changed.close[later] = 1e6 + later
        const mine = candlesAt(ownMs, own, 2)
        const seen = computeIndicator(on(place, sma(2)), beside(mine, there))
        const after = computeIndicator(on(place, sma(2)), beside(mine, changed))
        const closes = there.time[k]! + otherMs
        mine.time.forEach((time, i) => {
          if (time + ownMs < closes) expect(after[i]).toBe(seen[i])
        })
        // Nor where it is not there at all.
        const cut = computeIndicator(on(place, sma(2)), beside(mine, cutCandles(there, 0, k)))
        mine.time.forEach((time, i) => {
          if (time + ownMs < closes) expect(cut[i]).toBe(seen[i])
        })
      }),
    )
  })

  test('has the timeframe of the candles where none is named, and names as they are stored', () => {
    const there = candlesAt(HOUR_MS, [0, 1, 2, 3], 1)
    const candles = beside(candlesAt(HOUR_MS, [0, 1, 3], 2), there)
    const left = computeIndicator(on({ symbol: 'btc-usdt' }, sma(1)), candles)
    const named = computeIndicator(on({ symbol: 'BTC-USDT', timeframe: '60m' }, sma(1)), candles)
    expect([...left]).toEqual([there.close[0], there.close[1], there.close[3]])
    expect(named).toEqual(left)
  })

  test('keeps the last value where the other market has a hole', () => {
    const there = candlesAt(HOUR_MS, [0, 5], 1)
    const candles = beside(candlesAt(HOUR_MS, [0, 1, 2, 5], 2), there)
    const [early, late] = [there.close[0], there.close[1]]
    expect([...computeIndicator(on({ symbol: 'BTC-USDT' }, sma(1)), candles)]).toEqual([
      early,
      early,
      early,
      late,
    ])
  })

  test('warms up in as many own candles as the slowest alignment takes', () => {
    for (const [ownMs, otherMs] of [
      [HOUR_MS, 4 * HOUR_MS],
      [HOUR_MS, HOUR_MS],
      [4 * HOUR_MS, HOUR_MS],
    ] as const) {
      const indicator = on({ symbol: 'BTC-USDT', timeframe: timeframeName(otherMs) }, sma(5))
      const firsts = [0, 1, 2, 3].map(begin => {
        const since = begin * ownMs
        const grid = (lengthMs: number): number[] =>
          Array.from({ length: 200 }, (_, k) => Math.ceil(since / lengthMs) + k)
        const candles = beside(
          candlesAt(ownMs, grid(ownMs), 1),
          candlesAt(otherMs, grid(otherMs), 2),
        )
        return computeIndicator(indicator, candles).findIndex(Number.isFinite)
      })
      expect(warmupOf(indicator, ownMs)).toBe(Math.max(...firsts))
    }
  })

  test('is found inside of other indicators, and read once', () => {
    const btc = { symbol: 'BTC-USDT', timeframe: '4h' }
    const strategy = {
      ...scripted([]),
      indicators: () => ({
        calm: sma(3, on(btc, ema(5))),
        gap: paired('gap', [on({ symbol: 'ETH-USDT' }, sma(2)), 'close'], (a, b) => a - b),
        weighed: vwma(3, on(btc, sma(2))),
      }),
    }
    expect(readMarkets(specOf(strategy).legs, HOUR_MS)).toEqual([
      { symbol: 'BTC-USDT', timeframeMs: 4 * HOUR_MS, strategy: 'scripted', indicator: 'calm' },
      { symbol: 'ETH-USDT', timeframeMs: HOUR_MS, strategy: 'scripted', indicator: 'gap' },
    ])
  })

  test('is refused inside of another, under no name, and without its candles', () => {
    const btc = on({ symbol: 'BTC-USDT', timeframe: '1h' }, sma(1))
    expect(() => on({ timeframe: '4h' }, btc)).toThrow(/stands inside of on/)
    expect(() => on({ symbol: 'ETH-USDT' }, sma(2, btc))).toThrow(/stands inside of on/)
    expect(() => on({ symbol: '?' }, sma(1))).toThrow(/"\?"/)
    expect(() => on({ symbol: 'BTC-USDT', timeframe: '1x' }, sma(1))).toThrow(/"1x"/)
    expect(() => computeIndicator(btc, candlesAt(HOUR_MS, [0], 1))).toThrow(
      /reads BTC-USDT 1h, which was not loaded/,
    )
  })

  test('may itself be of a higher timeframe there', () => {
    const there = candlesAt(HOUR_MS, [0, 1, 2, 3, 4], 1)
    const candles = beside(candlesAt(HOUR_MS, [0, 1, 2, 3, 4], 2), there)
    const values = computeIndicator(
      on({ symbol: 'BTC-USDT' }, on({ timeframe: '4h' }, sma(1))),
      candles,
    )
    expect([...values]).toEqual([NaN, NaN, NaN, there.close[3], there.close[3]])
  })
})
