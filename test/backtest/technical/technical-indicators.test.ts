import { describe, expect, test } from 'vitest'
import {
  TECHNICAL,
  technical,
  type TechnicalOptions,
} from '../../../src/backtest/technical/technical-indicators.js'
import { candlesFrom, type Candles } from '../../../src/core/candles/candles.js'
import { ema, rma, sma, wma } from '../../../src/core/indicators/averages/average.js'
import { bollinger, chandelierExit, keltner } from '../../../src/core/indicators/bands/bands.js'
import { standardDeviation } from '../../../src/core/indicators/bands/deviation.js'
import { adx, minusDi, plusDi } from '../../../src/core/indicators/trend/directional.js'
import { ichimoku } from '../../../src/core/indicators/trend/ichimoku.js'
import {
  computeIndicator,
  settleOf,
  type Indicator,
} from '../../../src/core/indicators/indicator.js'
import { awesomeOscillator, macd, trix } from '../../../src/core/indicators/momentum/macd.js'
import { cci, kst } from '../../../src/core/indicators/momentum/oscillator.js'
import { roc } from '../../../src/core/indicators/price.js'
import { highest, lowest } from '../../../src/core/indicators/ranges/range.js'
import {
  stochastic,
  stochasticRsi,
  williamsR,
} from '../../../src/core/indicators/momentum/stochastic.js'
import { rsi } from '../../../src/core/indicators/momentum/strength.js'
import { psar } from '../../../src/core/indicators/trend/trailing.js'
import { atr, trueRange } from '../../../src/core/indicators/ranges/true-range.js'
import { forceIndex, mfi } from '../../../src/core/indicators/volume/volume-flow.js'
import { accumulationDistribution, obv } from '../../../src/core/indicators/volume/volume.js'
import { dailyVwap } from '../../../src/core/indicators/volume/vwap.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import { indicatorContract } from '../../contracts/indicator.js'
import { randomFrom } from '../../core/indicators/random-candles.js'

/** A walk of unrounded prices: the library and Assay differ on purpose where prices repeat. */
function walk(seed: number, length = 400): Candles {
  const random = randomFrom(seed)
  let close = 100
  return candlesFrom(
    HOUR_MS,
    Array.from({ length }, (_, i) => {
      const open = close
      close = open * (1 + 0.03 * (random() - 0.5))
      const high = Math.max(open, close) * (1 + 0.01 * random())
      const low = Math.min(open, close) * (1 - 0.01 * random())
      return { time: i * HOUR_MS, open, high, low, close, volume: 1 + 1000 * random() }
    }),
  )
}

const EMAS = { SimpleMAOscillator: false, SimpleMASignal: false }
const MACD = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, ...EMAS }
const BANDS = { period: 20, stdDev: 2 }
const KST = {
  ROCPer1: 10,
  ROCPer2: 15,
  ROCPer3: 20,
  ROCPer4: 30,
  SMAROCPer1: 10,
  SMAROCPer2: 10,
  SMAROCPer3: 10,
  SMAROCPer4: 15,
  signalPeriod: 9,
}
const KELTNER = { maPeriod: 20, atrPeriod: 10, multiplier: 2, useSMA: false }
const STOCHASTIC_RSI = { rsiPeriod: 14, stochasticPeriod: 14, kPeriod: 3, dPeriod: 3 }
/** Without a shift, as the library has none: charts count the candle itself as the first. */
const CLOUD = ichimoku(9, 26, 52, 1)

interface Pair {
  readonly ours: Indicator
  readonly theirs: Indicator
  /** The largest difference, relative to the largest value; absolute with `absolute`. */
  readonly limit?: number
  readonly absolute?: number
  /** Index up to which both are compared, where they part for good. */
  readonly until?: number
}

const PAIRS: Readonly<Record<string, Pair>> = {
  sma: { ours: sma(20), theirs: technical('SMA', { period: 20 }) },
  ema: { ours: ema(12), theirs: technical('EMA', { period: 12 }) },
  rma: { ours: rma(14), theirs: technical('WEMA', { period: 14 }) },
  wma: { ours: wma(10), theirs: technical('WMA', { period: 10 }) },
  'macd.line': { ours: macd().line, theirs: technical('MACD', MACD, 'MACD') },
  'macd.signal': { ours: macd().signal, theirs: technical('MACD', MACD, 'signal') },
  'macd.histogram': { ours: macd().histogram, theirs: technical('MACD', MACD, 'histogram') },
  // The library rounds its RSI to two digits.
  rsi: { ours: rsi(14), theirs: technical('RSI', { period: 14 }), absolute: 0.005001 },
  'bollinger.upper': {
    ours: bollinger().upper,
    theirs: technical('BollingerBands', BANDS, 'upper'),
  },
  'bollinger.lower': {
    ours: bollinger().lower,
    theirs: technical('BollingerBands', BANDS, 'lower'),
  },
  'bollinger.percentB': {
    ours: bollinger().percentB,
    theirs: technical('BollingerBands', BANDS, 'pb'),
  },
  standardDeviation: { ours: standardDeviation(20), theirs: technical('SD', { period: 20 }) },
  adx: { ours: adx(14), theirs: technical('ADX', { period: 14 }, 'adx') },
  plusDi: { ours: plusDi(14), theirs: technical('ADX', { period: 14 }, 'pdi') },
  minusDi: { ours: minusDi(14), theirs: technical('ADX', { period: 14 }, 'mdi') },
  atr: { ours: atr(14), theirs: technical('ATR', { period: 14 }) },
  trueRange: { ours: trueRange(), theirs: technical('TrueRange') },
  roc: { ours: roc(12), theirs: technical('ROC', { period: 12 }) },
  psar: { ours: psar(), theirs: technical('PSAR', { step: 0.02, max: 0.2 }) },
  'stochastic.k': {
    ours: stochastic(14).k,
    theirs: technical('Stochastic', { period: 14, signalPeriod: 3 }, 'k'),
  },
  'stochastic.d': {
    ours: stochastic(14).d,
    theirs: technical('Stochastic', { period: 14, signalPeriod: 3 }, 'd'),
  },
  // Its stochastic of the RSI is taken from the rounded RSI, which a narrow range enlarges.
  'stochasticRsi.k': {
    ours: stochasticRsi(14).k,
    theirs: technical('StochasticRSI', STOCHASTIC_RSI, 'k'),
    absolute: 0.2,
  },
  'stochasticRsi.d': {
    ours: stochasticRsi(14).d,
    theirs: technical('StochasticRSI', STOCHASTIC_RSI, 'd'),
    absolute: 0.2,
  },
  williamsR: { ours: williamsR(14), theirs: technical('WilliamsR', { period: 14 }) },
  // It rounds the line to whole units of volume.
  accumulationDistribution: {
    ours: accumulationDistribution(),
    theirs: technical('ADL'),
    absolute: 0.5001,
  },
  obv: { ours: obv(), theirs: technical('OBV') },
  trix: { ours: trix(9), theirs: technical('TRIX', { period: 9 }) },
  forceIndex: { ours: forceIndex(13), theirs: technical('ForceIndex', { period: 13 }) },
  cci: { ours: cci(20), theirs: technical('CCI', { period: 20 }) },
  awesomeOscillator: {
    ours: awesomeOscillator(),
    theirs: technical('AwesomeOscillator', { fastPeriod: 5, slowPeriod: 34 }),
  },
  // It never begins anew, so only the first day agrees.
  dailyVwap: { ours: dailyVwap(), theirs: technical('VWAP'), until: 24 },
  // It rounds to two digits here too.
  mfi: { ours: mfi(14), theirs: technical('MFI', { period: 14 }), absolute: 0.005001 },
  'kst.line': { ours: kst().line, theirs: technical('KST', KST, 'kst') },
  'kst.signal': { ours: kst().signal, theirs: technical('KST', KST, 'signal') },
  'ichimoku.conversion': {
    ours: CLOUD.conversion,
    theirs: technical('IchimokuCloud', {}, 'conversion'),
  },
  'ichimoku.base': { ours: CLOUD.base, theirs: technical('IchimokuCloud', {}, 'base') },
  'ichimoku.spanA': { ours: CLOUD.spanA, theirs: technical('IchimokuCloud', {}, 'spanA') },
  'ichimoku.spanB': { ours: CLOUD.spanB, theirs: technical('IchimokuCloud', {}, 'spanB') },
  'keltner.upper': {
    ours: keltner().upper,
    theirs: technical('KeltnerChannels', KELTNER, 'upper'),
  },
  'keltner.lower': {
    ours: keltner().lower,
    theirs: technical('KeltnerChannels', KELTNER, 'lower'),
  },
  'chandelierExit.long': {
    ours: chandelierExit().long,
    theirs: technical('ChandelierExit', { period: 22, multiplier: 3 }, 'exitLong'),
  },
  'chandelierExit.short': {
    ours: chandelierExit().short,
    theirs: technical('ChandelierExit', { period: 22, multiplier: 3 }, 'exitShort'),
  },
  highest: { ours: highest(10, 'close'), theirs: technical('Highest', { period: 10 }) },
  lowest: { ours: lowest(10, 'close'), theirs: technical('Lowest', { period: 10 }) },
}

describe('technicalindicators agrees', () => {
  for (const [name, { ours, theirs, limit = 1e-9, absolute = 0, until = 400 }] of Object.entries(
    PAIRS,
  )) {
    test.each([11, 12, 13])(`on ${name}, walk %i`, seed => {
      const candles = walk(seed)
      const mine = computeIndicator(ours, candles)
      const other = computeIndicator(theirs, candles)
      const largest = Math.max(...mine.filter(Number.isFinite).map(Math.abs))
      let compared = 0
      for (let i = 0; i < until; i++) {
        if (Number.isNaN(other[i]!)) continue
        compared++
        if (!(Math.abs(mine[i]! - other[i]!) <= absolute + limit * largest)) {
          expect(mine[i], `at ${i}`).toBe(other[i])
        }
      }
      expect(compared).toBeGreaterThanOrEqual(Math.min(until, 300))
    })
  }
})

const OPTIONS: TechnicalOptions = {
  ...MACD,
  ...KST,
  ...KELTNER,
  ...STOCHASTIC_RSI,
  period: 9,
  stdDev: 2,
  step: 0.02,
  max: 0.2,
}

describe('technical', () => {
  for (const [name, reads] of Object.entries(TECHNICAL)) {
    for (const field of reads.outputs.length > 0 ? reads.outputs : [undefined]) {
      test(`${name} ${field ?? ''} has its first value at the warm-up that was found`, () => {
        const declare = technical as (n: string, o: TechnicalOptions, f?: string) => Indicator
        const indicator = declare(name, OPTIONS, field)
        const values = computeIndicator(indicator, walk(5))
        expect(values.findIndex(Number.isFinite)).toBe(indicator.warmup)
        expect([...values.subarray(indicator.warmup as number)].every(Number.isFinite)).toBe(true)
        expect(computeIndicator(indicator, walk(5)), 'the same twice').toEqual(values)
      })
    }
  }

  test('finds how long the start shows', () => {
    expect(settleOf(technical('SMA', { period: 20 }), HOUR_MS)).toBe(19)
    expect(settleOf(technical('OBV'), HOUR_MS)).toBe(Infinity)
    const settle = settleOf(technical('EMA', { period: 12 }), HOUR_MS)
    expect(settle).toBeGreaterThan(40)
    expect(settle).toBeLessThan(11 + 7 * 13)
  })

  test('refuses what the library does not have', () => {
    expect(() => technical('Nothing' as 'SMA')).toThrow(/"Nothing"/)
    expect(() => technical('MACD', MACD, 'nothing' as 'MACD')).toThrow(/"nothing"/)
    expect(() => technical('SMA', { length: 5 })).toThrow(/no value/)
  })
})

indicatorContract({
  name: 'technical(ATR)',
  declare: () => technical('ATR', { period: 14 }),
  grows: [1, 0],
})
