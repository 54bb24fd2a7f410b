import { describe, expect, test } from 'vitest'
import * as adaptive from '../../../src/core/indicators/averages/average-adaptive.js'
import * as chained from '../../../src/core/indicators/averages/average-chained.js'
import * as average from '../../../src/core/indicators/averages/average.js'
import { aroon } from '../../../src/core/indicators/trend/aroon.js'
import { bollinger, chandelierExit, keltner } from '../../../src/core/indicators/bands/bands.js'
import { variance, zscore } from '../../../src/core/indicators/bands/deviation.js'
import { adx, minusDi, plusDi } from '../../../src/core/indicators/trend/directional.js'
import { ichimoku } from '../../../src/core/indicators/trend/ichimoku.js'
import {
  computeIndicator,
  settleOf,
  warmupOf,
  type Indicator,
} from '../../../src/core/indicators/indicator.js'
import { trix } from '../../../src/core/indicators/momentum/macd.js'
import { cci, dpo } from '../../../src/core/indicators/momentum/oscillator.js'
import { roc } from '../../../src/core/indicators/price.js'
import { donchian } from '../../../src/core/indicators/ranges/range.js'
import { stochastic, stochasticRsi } from '../../../src/core/indicators/momentum/stochastic.js'
import { cmo, rsi } from '../../../src/core/indicators/momentum/strength.js'
import { supertrend } from '../../../src/core/indicators/trend/trailing.js'
import { atr } from '../../../src/core/indicators/ranges/true-range.js'
import { easeOfMovement, forceIndex, mfi } from '../../../src/core/indicators/volume/volume-flow.js'
import { chaikinMoneyFlow } from '../../../src/core/indicators/volume/volume.js'
import { vortex } from '../../../src/core/indicators/trend/vortex.js'
import { vwap } from '../../../src/core/indicators/volume/vwap.js'
import { candlesFrom } from '../../../src/core/candles/candles.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import { randomCandles } from './random-candles.js'

const OF_PERIOD: readonly ((n: number) => Indicator)[] = [
  n => average.sma(n),
  n => average.sma(n, average.ema(n)),
  n => average.ema(n),
  n => average.rma(n),
  n => average.wma(n),
  n => chained.dema(n),
  n => chained.t3(n),
  n => chained.trima(n),
  n => chained.hma(n),
  n => chained.zlema(n),
  n => adaptive.kama(n),
  n => adaptive.vwma(n),
  n => adaptive.alma(n),
  n => aroon(n).oscillator,
  n => bollinger(n).percentB,
  n => chandelierExit(n).long,
  n => keltner(n, 2, n).upper,
  n => variance(n),
  n => zscore(n),
  n => plusDi(n),
  n => minusDi(n),
  n => adx(n),
  n => ichimoku(n, n, n, n).spanA,
  n => trix(n),
  n => cci(n),
  n => dpo(n),
  n => roc(n),
  n => donchian(n).middle,
  n => stochastic(n, n, n).d,
  n => stochasticRsi(n, n, n, n).d,
  n => rsi(n),
  n => cmo(n),
  n => supertrend(n).value,
  n => atr(n),
  n => mfi(n),
  n => forceIndex(n),
  n => easeOfMovement(n),
  n => chaikinMoneyFlow(n),
  n => vortex(n).plus,
  n => vwap(n),
]

describe('the shortest periods', () => {
  const candles = randomCandles({ seed: 21, length: 60 })
  for (const declare of OF_PERIOD) {
    test.each([1, 2, 3])(`${declare(1).key} with %i`, period => {
      const indicator = declare(period)
      const values = [...computeIndicator(indicator, candles)]
      const first = values.findIndex(value => !Number.isNaN(value))
      expect(first).toBe(warmupOf(indicator, HOUR_MS))
      expect(values.slice(first).every(Number.isFinite)).toBe(true)
      expect(settleOf(indicator, HOUR_MS)).toBeGreaterThanOrEqual(first)
    })
  }
})

test('moves that are as large up as down have no direction', () => {
  const candles = candlesFrom(
    HOUR_MS,
    [1, 2, 3, 4].map(i => ({
      time: i * HOUR_MS,
      open: 10,
      high: 10 + i,
      low: 10 - i,
      close: 10,
      volume: 1,
    })),
  )
  expect(computeIndicator(plusDi(2), candles)[3]).toBe(0)
  expect(computeIndicator(minusDi(2), candles)[3]).toBe(0)
})
