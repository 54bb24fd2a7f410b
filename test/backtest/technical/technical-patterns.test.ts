import * as library from 'technicalindicators'
import { expect, test } from 'vitest'
import {
  PATTERNS,
  technicalPattern,
  type PatternName,
} from '../../../src/backtest/technical/technical-patterns.js'
import { candlesFrom } from '../../../src/core/candles/candles.js'
import { computeIndicator } from '../../../src/core/indicators/indicator.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import { randomCandles } from '../../core/indicators/random-candles.js'

type Prices = readonly [open: number, high: number, low: number, close: number]

function candlesOf(list: readonly Prices[]): ReturnType<typeof candlesFrom> {
  return candlesFrom(
    HOUR_MS,
    list.map(([open, high, low, close], i) => ({
      time: i * HOUR_MS,
      open,
      high,
      low,
      close,
      volume: 1,
    })),
  )
}

test('a bullish engulfing is found at the candle that completes it', () => {
  const calm: Prices = [100, 101, 99, 100.5]
  const candles = candlesOf([calm, calm, calm, calm, [100, 101, 95, 96], [95, 106, 94, 105], calm])
  const values = computeIndicator(technicalPattern('bullishengulfingpattern'), candles)
  expect([...values]).toEqual([NaN, NaN, NaN, NaN, 0, 1, 0])
})

test('every pattern of the library is listed and answers at every candle', () => {
  const candles = randomCandles({ seed: 4, length: 400, flat: 0.1 })
  for (const name of PATTERNS) {
    expect(library[name], name).toBeTypeOf('function')
    const values = [...computeIndicator(technicalPattern(name), candles)].slice(4)
    expect(
      values.every(value => value === 0 || value === 1),
      name,
    ).toBe(true)
  }
  const bullish = computeIndicator(technicalPattern('bullish'), candles)
  expect(bullish.includes(1)).toBe(true)
  expect(bullish.includes(0)).toBe(true)
})

test('an unknown pattern is refused', () => {
  expect(() => technicalPattern('cup' as PatternName)).toThrow(/"cup"/)
})
