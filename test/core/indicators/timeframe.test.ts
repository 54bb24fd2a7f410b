import { describe, expect, test } from 'vitest'
import { candlesFrom, type Candles } from '../../../src/core/candles/candles.js'
import { ema, sma } from '../../../src/core/indicators/averages/average.js'
import { computeIndicator, warmupOf } from '../../../src/core/indicators/indicator.js'
import { on } from '../../../src/core/indicators/timeframe.js'
import { quoteVolume } from '../../../src/core/indicators/volume/volume-window.js'
import { resample } from '../../../src/core/candles/resample.js'
import { DAY_MS, HOUR_MS, WEEK_MS } from '../../../src/core/candles/time.js'

/** Candles whose close is their hour number, at the given hours since the epoch. */
function hourly(hours: readonly number[]): Candles {
  return candlesFrom(
    HOUR_MS,
    hours.map(hour => ({
      time: hour * HOUR_MS,
      open: hour,
      high: hour + 0.5,
      low: hour - 0.5,
      close: hour,
      volume: 1,
    })),
  )
}

const hours = (since: number, until: number): number[] =>
  Array.from({ length: until - since }, (_, k) => since + k)

const list = (values: Float64Array): number[] => [...values]

describe('on a higher timeframe', () => {
  test('shows the last closed candle only, from the close of its last base candle on', () => {
    const values = list(computeIndicator(on({ timeframe: '4h' }, sma(1)), hourly(hours(0, 10))))
    expect(values).toEqual([NaN, NaN, NaN, 3, 3, 3, 3, 7, 7, 7])
  })

  test('a missing last base candle closes the bucket when a later candle arrives', () => {
    const values = list(
      computeIndicator(on({ timeframe: '4h' }, sma(1)), hourly([0, 1, 2, 3, 4, 5, 9, 11, 12])),
    )
    expect(values).toEqual([NaN, NaN, NaN, 3, 3, 3, 5, 11, 11])
  })

  test('a gap that ends on the last base candle of a later bucket closes both at once', () => {
    const values = list(
      computeIndicator(on({ timeframe: '4h' }, sma(2)), hourly([0, 1, 2, 3, 4, 11])),
    )
    expect(values).toEqual([NaN, NaN, NaN, NaN, NaN, (4 + 11) / 2])
  })

  test('a bucket that the candles begin inside of is not used', () => {
    const values = list(computeIndicator(on({ timeframe: '4h' }, sma(1)), hourly(hours(1, 9))))
    expect(values).toEqual([NaN, NaN, NaN, NaN, NaN, NaN, 7, 7])
  })

  test('the warm-up holds for every alignment and is reached by the worst', () => {
    const indicator = on({ timeframe: '4h' }, ema(5))
    const warmup = warmupOf(indicator, HOUR_MS)
    const firsts = [0, 1, 2, 3].map(begin =>
      computeIndicator(indicator, hourly(hours(begin, begin + 60))).findIndex(Number.isFinite),
    )
    expect(firsts).toEqual([19, 22, 21, 20])
    expect(warmup).toBe(22)
  })

  test('a timeframe that is not a multiple is refused', () => {
    const indicator = on({ timeframe: '90m' }, sma(1))
    expect(() => computeIndicator(indicator, hourly([0]))).toThrow(/"90m"/)
    expect(() => on({ timeframe: '1x' }, sma(1))).toThrow(/"1x"/)
    expect(() => computeIndicator(on({ timeframe: '30m' }, sma(1)), hourly([0]))).toThrow(/"30m"/)
  })
})

describe('resample', () => {
  test('takes open, highest, lowest, close and summed volume', () => {
    const candles = resample(hourly(hours(0, 9)), 4 * HOUR_MS)
    expect(candles.length, 'the third bucket is not closed').toBe(2)
    const read = (column: 'time' | 'open' | 'high' | 'low' | 'close' | 'volume'): number =>
      candles[column][1]!
    expect(['time', 'open', 'high', 'low', 'close', 'volume'].map(c => read(c as 'time'))).toEqual([
      4 * HOUR_MS,
      4,
      7.5,
      3.5,
      7,
      4,
    ])
  })

  test('leaves candles of the same timeframe as they are', () => {
    const candles = hourly(hours(0, 9))
    expect([...resample(candles, HOUR_MS).close.subarray(0, 9)]).toEqual(hours(0, 9))
    const same = computeIndicator(on({ timeframe: '1h' }, sma(3)), candles)
    expect(same).toEqual(computeIndicator(sma(3), candles))
  })

  test('reads no column beyond the length of the candles', () => {
    const candles = { ...hourly(hours(0, 8)), length: 7 }
    expect(resample(candles, 4 * HOUR_MS).length, 'the eighth hour is not there').toBe(1)
  })

  test('weeks begin on Monday', () => {
    const candles = resample(hourly(hours(0, 24 * 30)), WEEK_MS)
    expect(candles.time[0], 'the first Monday after the epoch').toBe(4 * DAY_MS)
    expect(candles.length).toBe(3)
  })

  test('a partial start is kept where asked for', () => {
    const partial = hourly(hours(2, 8))
    expect(resample(partial, 4 * HOUR_MS).length).toBe(1)
    expect(resample(partial, 4 * HOUR_MS, { keepPartialStart: true }).length).toBe(2)
  })
})

describe('quoteVolume', () => {
  test('has its first value at index 23 for a day of hours', () => {
    const values = computeIndicator(quoteVolume(DAY_MS), hourly(hours(0, 30)))
    expect(values.findIndex(Number.isFinite)).toBe(23)
    expect(values[23]).toBe((23 * 24) / 2)
    expect(values[24], 'hour 0 has left').toBe((24 * 25) / 2)
    expect(warmupOf(quoteVolume(DAY_MS), HOUR_MS)).toBe(23)
  })

  test('counts by time where candles are missing', () => {
    const values = computeIndicator(quoteVolume(3 * HOUR_MS), hourly([0, 1, 5, 6, 20]))
    expect(list(values)).toEqual([NaN, NaN, 5, 11, 20])
  })

  test('a window below one candle is refused', () => {
    expect(() => computeIndicator(quoteVolume(1000), hourly([0]))).toThrow(/"1s"/)
    expect(() => quoteVolume(0)).toThrow(/"0"/)
  })
})
