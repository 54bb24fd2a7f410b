import { describe, expect, test } from 'vitest'
import { candlesFrom, type Candles } from '../../../src/core/candles/candles.js'
import { AppError } from '../../../src/core/errors.js'
import { alma, kama } from '../../../src/core/indicators/averages/average-adaptive.js'
import { t3, zlema } from '../../../src/core/indicators/averages/average-chained.js'
import { ema, rma, sma, wma } from '../../../src/core/indicators/averages/average.js'
import { bollinger, keltner } from '../../../src/core/indicators/bands/bands.js'
import { standardDeviation, variance } from '../../../src/core/indicators/bands/deviation.js'
import { computeIndicator, type Indicator } from '../../../src/core/indicators/indicator.js'
import { macd, ppo, tsi } from '../../../src/core/indicators/momentum/macd.js'
import { cci, ultimateOscillator } from '../../../src/core/indicators/momentum/oscillator.js'
import { logReturn, percentChange, roc } from '../../../src/core/indicators/price.js'
import { highest } from '../../../src/core/indicators/ranges/range.js'
import {
  stochastic,
  stochasticRsi,
  williamsR,
} from '../../../src/core/indicators/momentum/stochastic.js'
import { rsi } from '../../../src/core/indicators/momentum/strength.js'
import { on } from '../../../src/core/indicators/timeframe.js'
import { quoteVolume } from '../../../src/core/indicators/volume/volume-window.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'

function candlesOf(closes: readonly number[], volume = 1): Candles {
  return candlesFrom(
    HOUR_MS,
    closes.map((close, i) => ({
      time: i * HOUR_MS,
      open: close,
      high: close,
      low: close,
      close,
      volume,
    })),
  )
}

const of = (indicator: Indicator, closes: readonly number[]): number[] => [
  ...computeIndicator(indicator, candlesOf(closes)),
]

describe('values by hand', () => {
  test('sma adds, subtracts, then divides', () => {
    expect(of(sma(3), [1, 2, 3, 7])).toEqual([NaN, NaN, 2, 4])
    const closes = [0.1, 0.2, 0.3, 0.4]
    const sum = 0 + 0.1 + 0.2 + 0.3 + 0.4 - 0.1
    expect(of(sma(3), closes)[3], 'to the last digit').toBe(sum / 3)
    expect(of(sma(3, sma(1)), closes), 'a source has the same arithmetic').toEqual(
      of(sma(3), closes),
    )
  })

  test('ema begins with the mean, or with the first value', () => {
    expect(of(ema(3), [1, 2, 3, 6])).toEqual([NaN, NaN, 2, 4])
    expect(of(ema(3, 'close', { seed: 'first' }), [1, 2, 3, 6])).toEqual([1, 1.5, 2.25, 4.125])
  })

  test('rma and wma', () => {
    expect(of(rma(2), [1, 3, 6])).toEqual([NaN, 2, 4])
    expect(of(wma(3), [1, 2, 6])).toEqual([NaN, NaN, (1 + 4 + 18) / 6])
  })

  test('rsi of 2 changes up and 1 down, and of the next', () => {
    expect(of(rsi(3), [10, 12, 11, 12]).at(-1)).toBeCloseTo(75, 12)
    // Gains 1 then (1 * 2 + 0) / 3, losses 1/3 then (2/3 + 3) / 3.
    expect(of(rsi(3), [10, 12, 11, 12, 9]).at(-1)).toBeCloseTo(100 * (6 / (6 + 11)), 12)
  })

  test('an indicator of an indicator begins at its first value', () => {
    const values = of(ema(2, rsi(3)), [10, 12, 11, 12, 9])
    expect(values.slice(0, 4)).toEqual([NaN, NaN, NaN, NaN])
    expect(values[4]).toBeCloseTo((75 + 600 / 17) / 2, 12)
  })

  test('deviations of population and sample', () => {
    expect(of(variance(4), [2, 4, 4, 6])[3]).toBeCloseTo(2, 12)
    expect(of(standardDeviation(4, 'close', { spread: 'sample' }), [2, 4, 4, 6])[3]).toBeCloseTo(
      Math.sqrt(8 / 3),
      12,
    )
  })
})

describe('prices that stand still have the neutral value', () => {
  test.each([
    [rsi(3), 50],
    [stochastic(3).k, 50],
    [stochasticRsi(3).d, 50],
    [williamsR(3), -50],
    [cci(3), 0],
    [bollinger(3).percentB, 0.5],
    [bollinger(3).width, 0],
    [ultimateOscillator(2, 3, 4), 50],
  ] as const)('%o', (indicator, value) => {
    const closes = [7.1, 9.3, 8.7, ...Array.from({ length: 40 }, () => 8.7)]
    const never = Array.from({ length: 40 }, () => 8.7)
    expect(of(indicator, never).at(-1)).toBe(value)
    if (!indicator.key.startsWith('rsi')) expect(of(indicator, closes).at(-1)).toBe(value)
  })

  test('the stochastic of an RSI that stays is not its rounding', () => {
    const closes = [7.1, 9.3, 8.7, 9.9, 8.2, ...Array.from({ length: 200 }, () => 8.7)]
    expect(of(stochasticRsi(5).k, closes).at(-1)).toBe(50)
  })
})

test('changes from and to zero are 0, as they have no size', () => {
  const candles = candlesOf([1, 1, 1])
  candles.volume.set([0, 5, 0])
  expect([...computeIndicator(logReturn(1, 'volume'), candles)]).toEqual([NaN, 0, 0])
  expect([...computeIndicator(roc(1, 'volume'), candles)]).toEqual([NaN, 0, -100])
  expect([...computeIndicator(percentChange(1, 'volume'), candles)]).toEqual([NaN, 0, -1])
})

describe('arguments', () => {
  test.each([
    () => sma(0),
    () => sma(2.5),
    () => ema(-1),
    () => rsi(NaN),
    () => macd(26, 12),
    () => kama(10, 30, 2),
    () => t3(5, 0),
    () => alma(9, 0.85, -1),
    () => bollinger(20, Infinity),
    () => standardDeviation(1, 'close', { spread: 'sample' }),
    () => ultimateOscillator(14, 7, 28),
    () => quoteVolume(0.5),
  ])('%s is refused, with the indicator, the value and the limit', declare => {
    expect(declare).toThrow(AppError)
    expect(declare).toThrow(/^\w+ \w+ ".*" must be /)
  })
})

test('every argument is in the key', () => {
  const keys = [
    sma(20),
    sma(21),
    sma(20, 'open'),
    sma(20, sma(20)),
    ema(20),
    ema(20, 'close', { seed: 'first' }),
    rma(20),
    wma(20),
    zlema(20),
    kama(10),
    kama(10, 3),
    kama(10, 2, 31),
    t3(5),
    t3(5, 0.6),
    alma(9),
    alma(9, 0.8),
    alma(9, 0.85, 5),
    macd().line,
    macd(11).line,
    macd(12, 27).line,
    macd(12, 26, 8).line,
    macd(12, 26, 9, 'open').line,
    ppo().line,
    tsi(),
    tsi(25, 12),
    bollinger().upper,
    bollinger(20, 2.5).upper,
    keltner().upper,
    keltner(20, 2, 11).upper,
    stochastic(14).k,
    stochastic(14, 3).k,
    stochastic(14, 1, 4).k,
    stochasticRsi(14).k,
    stochasticRsi(14, 13).k,
    stochasticRsi(14, 14, 2).k,
    standardDeviation(20),
    standardDeviation(20, 'close', { spread: 'sample' }),
    highest(20),
    highest(20, 'close'),
    on({ timeframe: '4h' }, sma(20)),
    on({ timeframe: '1d' }, sma(20)),
    quoteVolume(1),
    quoteVolume(2),
  ].map(indicator => indicator.key)
  expect(new Set(keys).size).toBe(keys.length)
})
