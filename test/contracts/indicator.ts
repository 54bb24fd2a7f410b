import { describe, expect, test } from 'vitest'
import {
  allocateCandles,
  CandleBuffer,
  COLUMNS,
  cutCandles,
  type Candles,
} from '../../src/core/candles/candles.js'
import {
  computeIndicator,
  settleOf,
  warmupOf,
  type Indicator,
} from '../../src/core/indicators/indicator.js'
import { randomCandles } from '../core/indicators/random-candles.js'

export interface IndicatorCase {
  readonly name: string
  readonly declare: () => Indicator
  /** Powers of price and volume in the values, as in the catalogue. */
  readonly grows: readonly [price: number, volume: number]
  /** The reason why `warmup` is only the latest index, where it is. */
  readonly warmupIsLatest?: string
}

const CANDLES = randomCandles({ seed: 7, length: 240, flat: 0.15, idle: 0.15 })

/** The candles with prices and volumes multiplied. */
function scaled(candles: Candles, price: number, volume: number): Candles {
  const copy = allocateCandles(candles.timeframeMs, candles.length)
  for (const name of COLUMNS) {
    const factor = name === 'time' ? 1 : name === 'volume' ? volume : price
    for (let i = 0; i < candles.length; i++) copy[name][i] = candles[name][i]! * factor
  }
  return copy
}

/** The candles with NaN in every column from `from` on. */
function poisoned(candles: Candles, from: number): Candles {
  const copy = scaled(candles, 1, 1)
  for (const name of COLUMNS) copy[name].fill(NaN, from)
  return copy
}

function largest(values: Iterable<number>): number {
  let most = 0
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value)
  return most
}

/** What every indicator promises, run against each of them. */
export function indicatorContract(subject: IndicatorCase): void {
  const { name, declare, grows } = subject
  const indicator = declare()
  const whole = computeIndicator(indicator, CANDLES)
  const warmup = warmupOf(indicator, CANDLES.timeframeMs)

  describe(`indicator contract: ${name}`, () => {
    test('has its first value at its warm-up, and one at every candle after', () => {
      const first = whole.findIndex(value => !Number.isNaN(value))
      if (subject.warmupIsLatest) expect(first).toBeLessThanOrEqual(warmup)
      else expect(first).toBe(warmup)
      expect(first).toBeGreaterThanOrEqual(0)
      expect([...whole.subarray(first)].findIndex(value => !Number.isFinite(value))).toBe(-1)
    })

    test('has a value at every candle of flat prices without volume', () => {
      const flat = randomCandles({ seed: 1, length: 240, flat: 1, idle: 1 })
      const values = computeIndicator(declare(), flat)
      expect([...values.subarray(warmup)].findIndex(value => !Number.isFinite(value))).toBe(-1)
    })

    test('gives the same column twice, and from the same declaration', () => {
      expect(computeIndicator(indicator, CANDLES)).toEqual(whole)
      expect(computeIndicator(declare(), CANDLES)).toEqual(whole)
      expect(declare().key).toBe(indicator.key)
    })

    test('gives candle by candle what it gives as a column, to the bit', () => {
      const step = indicator.start()
      const values = Array.from({ length: CANDLES.length }, (_, i) => step.next(CANDLES, i))
      expect(values).toEqual([...whole])
    })

    test('does not read the future', () => {
      for (const end of [1, 2, warmup, warmup + 1, warmup + 2, 150, 201]) {
        const prefix = whole.slice(0, end)
        const cut = cutCandles(CANDLES, 0, end)
        expect(computeIndicator(declare(), cut), `cut at ${end}`).toEqual(prefix)
        const later = computeIndicator(declare(), poisoned(CANDLES, end))
        expect(later.slice(0, end), `poisoned at ${end}`).toEqual(prefix)
      }
    })

    test('gives the same step by step on growing candles', () => {
      const buffer = new CandleBuffer(CANDLES.timeframeMs, 4)
      const step = declare().start()
      const values = Float64Array.from(whole, (_, i) => {
        const read = (column: (typeof COLUMNS)[number]): number => CANDLES[column][i]!
        const [time, open, high, low, close, volume] = COLUMNS.map(read) as [
          number,
          number,
          number,
          number,
          number,
          number,
        ]
        buffer.append(time, open, high, low, close, volume)
        return step.next(buffer, i)
      })
      expect(values).toEqual(whole)
    })

    test('grows with prices and volumes as the catalogue says', () => {
      // Powers of two scale without rounding, so even decisions on equality stay the same.
      const values = computeIndicator(declare(), scaled(CANDLES, 8, 4))
      const factor = 8 ** grows[0] * 4 ** grows[1]
      const limit = 1e-9 * factor * largest(whole.filter(Number.isFinite))
      const differing = [...values].findIndex(
        (value, i) => i >= warmup && !(Math.abs(value - whole[i]! * factor) <= limit),
      )
      expect(differing).toBe(-1)
    })

    const settle = settleOf(indicator, CANDLES.timeframeMs)
    test.skipIf(settle === Infinity)(
      'forgets its start after `settle` (skipped for running totals, which never do)',
      () => {
        const since = 61
        const long = randomCandles({ seed: 3, length: since + settle + 300 })
        const all = computeIndicator(declare(), long)
        const late = computeIndicator(declare(), cutCandles(long, since, long.length))
        const limit = 1e-6 * largest(all.filter(Number.isFinite))
        const differing = [...late].findIndex(
          (value, i) => i >= settle && !(Math.abs(value - all[i + since]!) <= limit),
        )
        expect(settle).toBeGreaterThanOrEqual(warmup)
        expect(differing).toBe(-1)
      },
    )
  })
}
