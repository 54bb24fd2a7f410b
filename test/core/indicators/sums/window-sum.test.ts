import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allocateCandles, cutCandles, type Candles } from '../../../../src/core/candles/candles.js'
import { ExactSum } from '../../../../src/core/indicators/sums/exact-sum.js'
import { computeIndicator, type Indicator } from '../../../../src/core/indicators/indicator.js'
import { sma, wma } from '../../../../src/core/indicators/averages/average.js'
import { hma, trima } from '../../../../src/core/indicators/averages/average-chained.js'
import { vwma } from '../../../../src/core/indicators/averages/average-adaptive.js'
import { bollinger } from '../../../../src/core/indicators/bands/bands.js'
import { standardDeviation, zscore } from '../../../../src/core/indicators/bands/deviation.js'
import { hlc3 } from '../../../../src/core/indicators/price.js'
import { linearRegression } from '../../../../src/core/indicators/bands/regression.js'
import {
  cci,
  dpo,
  ultimateOscillator,
} from '../../../../src/core/indicators/momentum/oscillator.js'
import { cmo } from '../../../../src/core/indicators/momentum/strength.js'
import { stochastic } from '../../../../src/core/indicators/momentum/stochastic.js'
import { vortex } from '../../../../src/core/indicators/trend/vortex.js'
import { chaikinMoneyFlow } from '../../../../src/core/indicators/volume/volume.js'
import { easeOfMovement, mfi } from '../../../../src/core/indicators/volume/volume-flow.js'
import { quoteVolume } from '../../../../src/core/indicators/volume/volume-window.js'
import { vwap } from '../../../../src/core/indicators/volume/vwap.js'
import { WeightedSum } from '../../../../src/core/indicators/sums/weighted-sum.js'
import { WindowSum } from '../../../../src/core/indicators/sums/window-sum.js'
import { nearestDouble, roundedSum, wholeOf } from './exact.js'

const HOUR = 3_600_000

/** Decimals as venues write them, of sizes from 1e-12 to 1e15, some of them 0. */
const DECIMAL = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 10 ** 9 }).map(whole => whole / 1e4) },
  { weight: 3, arbitrary: fc.integer({ min: 9_999, max: 10_001 }).map(whole => whole / 1e4) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 2 ** 53 - 1 }), fc.integer({ min: -12, max: 14 }))
      .map(([digits, power]) => Number(`${digits}e${power - 15}`)),
  },
  { weight: 1, arbitrary: fc.constant(0) },
)
const COLUMN = fc.array(DECIMAL, { minLength: 1, maxLength: 120 })
const LENGTH = fc.integer({ min: 1, max: 12 })

function held(values: readonly number[], i: number, length: number): number[] {
  return values.slice(Math.max(0, i - length + 1), i + 1)
}

function candlesOf(closes: readonly number[]): Candles {
  const candles = allocateCandles(HOUR, closes.length)
  closes.forEach((close, i) => {
    const before = closes[i - 1] ?? close
    candles.time[i] = i * HOUR
    candles.open[i] = before
    candles.high[i] = Math.max(before, close)
    candles.low[i] = Math.min(before, close)
    candles.close[i] = close
    candles.volume[i] = closes[(i * 7) % closes.length]!
  })
  return candles
}

test('a double is the nearest of its own whole number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      expect(nearestDouble(wholeOf(value))).toBe(value === 0 ? 0 : value)
    }),
  )
})

test('an exact sum is that of fractions, rounded once, products too', () => {
  const size = fc.double({ min: -1e120, max: 1e120, noNaN: true }).filter(x => Math.abs(x) > 1e-120)
  fc.assert(
    fc.property(fc.array(fc.tuple(size, fc.integer({ min: 1, max: 999 }))), pairs => {
      const [plain, weighted] = [new ExactSum(), new ExactSum()]
      for (const [value, weight] of pairs) {
        plain.add(value)
        weighted.addProduct(value, weight)
      }
      const values = pairs.map(([value]) => value)
      expect(plain.value).toBe(roundedSum(values))
      const weights = pairs.map(([, weight]) => weight)
      expect(weighted.value).toBe(roundedSum(values, weights))
    }),
  )
})

test('a window sum is that of fractions, rounded once, whatever was there before', () => {
  fc.assert(
    fc.property(LENGTH, COLUMN, fc.boolean(), (length, sizes, isSigned) => {
      const values = isSigned ? sizes.map((x, k) => (k % 3 === 1 ? -x : x)) : sizes
      const [sum, weighted] = [new WindowSum(length), new WeightedSum(length)]
      values.forEach((value, i) => {
        sum.push(value)
        weighted.push(value)
        const window = held(values, i, length)
        const weights = window.map((_, k) => length - window.length + k + 1)
        expect(sum.sum).toBe(roundedSum(window))
        expect(weighted.sum).toBe(roundedSum(window, weights))
      })
    }),
    { numRuns: 300 },
  )
})

test('a moving average is the sum of fractions, rounded once and divided once, in both of its loops', () => {
  fc.assert(
    fc.property(LENGTH, COLUMN, (length, values) => {
      const candles = candlesOf(values)
      const column = computeIndicator(sma(length), candles)
      const step = sma(length).start()
      values.forEach((_, i) => {
        const mean = i < length - 1 ? NaN : roundedSum(held(values, i, length)) / length
        expect(column[i]).toBe(mean)
        expect(step.next(candles, i)).toBe(mean)
      })
    }),
    { numRuns: 300 },
  )
})

test('what is dropped from a window before its time is not in its sum', () => {
  fc.assert(
    fc.property(LENGTH, COLUMN, (length, values) => {
      const window = new WindowSum(length)
      const kept: number[] = []
      values.forEach((value, i) => {
        window.push(value)
        kept.push(value)
        const ago = i % 3
        if (ago < Math.min(length, kept.length)) {
          window.drop(ago)
          kept[kept.length - 1 - ago] = 0
        }
        expect(window.sum).toBe(roundedSum(kept.slice(-length)))
      })
    }),
  )
})

const WINDOWED: Readonly<Record<string, Indicator>> = {
  sma: sma(5),
  smaOfVolume: sma(5, 'volume'),
  wma: wma(5),
  hma: hma(9),
  trima: trima(6),
  vwma: vwma(5),
  vwap: vwap(5),
  upper: bollinger(5, 2).upper,
  width: bollinger(5, 2).width,
  percentB: bollinger(5, 2).percentB,
  standardDeviation: standardDeviation(5),
  zscore: zscore(5),
  linearRegression: linearRegression(5),
  cci: cci(5),
  dpo: dpo(5),
  ultimateOscillator: ultimateOscillator(2, 4, 6),
  cmo: cmo(5),
  stochastic: stochastic(4, 3, 3).d,
  vortex: vortex(5).plus,
  chaikinMoneyFlow: chaikinMoneyFlow(5),
  easeOfMovement: easeOfMovement(5),
  mfi: mfi(5),
  quoteVolume: quoteVolume(5 * HOUR),
}

test.each(Object.keys(WINDOWED))('%s is the same wherever history begins, to the bit', name => {
  const indicator = WINDOWED[name]!
  fc.assert(
    fc.property(
      fc.array(
        DECIMAL.filter(x => x > 0),
        { minLength: 30, maxLength: 60 },
      ),
      fc.integer({ min: 1, max: 12 }),
      (closes, skipped) => {
        const candles = candlesOf(closes)
        const whole = computeIndicator(indicator, candles)
        const late = computeIndicator(indicator, cutCandles(candles, skipped, candles.length))
        const begin = 12
        expect([...late.subarray(begin)]).toEqual([...whole.subarray(begin + skipped)])
      },
    ),
  )
})

test.each(Object.keys(WINDOWED))('%s has nothing left of prices a million times higher', name => {
  const indicator = WINDOWED[name]!
  const fallen = [0.1, 0.2, 0.1, 0.3, 0.1, 0.1, 0.2, 0.4, 0.1, 0.7, 0.1, 0.1, 0.3, 0.2, 0.1, 0.1]
  const high = [123_456.7, 98_765.4, 1e15, 111_111.1, 1e5, 123_456.7, 1e5]
  const column = (before: readonly number[]): number[] => {
    const candles = candlesOf([...before, ...fallen])
    candles.volume.fill(3)
    return [...computeIndicator(indicator, candles)].slice(before.length + 12)
  }
  expect(column(high)).toEqual(column([1e5]))
})

test('what floats make of equal typical prices moves no indicator', () => {
  // The three prices sum to 2.9955 in both, but not as doubles.
  const candles = allocateCandles(HOUR, 40)
  for (let i = 0; i < candles.length; i++) {
    candles.time[i] = i * HOUR
    const prices = i % 2 === 0 ? [1.0001, 0.9964, 0.999] : [1, 0.9965, 0.999]
    candles.high[i] = prices[0]!
    candles.low[i] = prices[1]!
    candles.close[i] = prices[2]!
    candles.volume[i] = 10
  }
  const last = (indicator: Indicator): number => computeIndicator(indicator, candles)[39]!
  expect(1.0001 + 0.9964 + 0.999).not.toBe(1 + 0.9965 + 0.999)
  expect(last(mfi(14))).toBe(50)
  expect(last(cmo(14, hlc3()))).toBe(0)
  expect(last(zscore(14, hlc3()))).toBe(0)
  expect(last(cci(14))).toBe(0)
})
