import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeCosts } from '../../../src/backtest/run/record/manifest.js'
import { runRequest } from '../../../src/backtest/run/run.js'
import type { RunRequest } from '../../../src/backtest/run/record/run-request.js'
import { assert } from '../../../src/core/assert.js'
import { NO_RISK_LIMITS } from '../../../src/core/risk/limits.js'
import { NO_RISK_SETTINGS } from '../../../src/core/risk/settings.js'
import { sma } from '../../../src/core/indicators/averages/average.js'
import { long } from '../../../src/core/strategy/intent.js'
import { defineStrategy, type AnyStrategy } from '../../../src/core/strategy/strategy.js'
import { randomCandles } from '../../core/indicators/random-candles.js'
import { FREE } from '../../run-spec.js'

const candles = randomCandles({ seed: 3, length: 200 })
const DATA = { main: { candles, hash: 'x' }, detail: null }

function requestOf(strategy: AnyStrategy, over: Partial<RunRequest> = {}): RunRequest {
  return {
    ...{ symbol: 'TEST-USD', timeframe: '1h', capital: 10_000, costs: FREE, impact: 'none' },
    strategies: [
      ...[{ strategy, file: null, sourceHash: '', template: null, params: {} }].map(one => ({
        ...one,
        risk: NO_RISK_SETTINGS,
        weight: 1,
        priority: 0,
      })),
    ],
    market: { symbol: 'TEST-USD', step: 1e-9, tick: 0, minNotional: 0, shortable: false },
    ...{ fill: 'next_open', limits: NO_RISK_LIMITS, keepOpen: false, from: null, to: null },
    ...{ warmFrom: null, decideFrom: null, detail: null },
    ...over,
  }
}

const strategyOf = (over: Partial<AnyStrategy>): AnyStrategy =>
  defineStrategy({
    ...{ name: 'one', description: 'One', params: {}, templates: {} },
    indicators: () => ({ line: sma(5) }),
    initial: () => ({}),
    decide: () => long(1),
    ...over,
  })

describe('a run', () => {
  it('says that Assay is broken where it is, and does not blame the strategy', () => {
    const broken = strategyOf({
      decide: () => {
        assert(false, 'two and two are five')
        return long(1)
      },
    })
    expect(() => runRequest(requestOf(broken), DATA)).toThrow(
      /^Assay is broken: two and two are five/,
    )
  })

  it('names the strategy that throws', () => {
    const throwing = strategyOf({
      decide: () => {
        throw new Error('no')
      },
    })
    expect(() => runRequest(requestOf(throwing), DATA)).toThrow(
      /strategy one threw at the candle of .*: no/,
    )
  })

  it('computes its indicators once, also with bounds', () => {
    let starts = 0
    const counted = strategyOf({
      indicators: () => {
        const line = sma(5)
        return { line: { ...line, start: () => ((starts += 1), line.start()) } }
      },
    })
    const { bounds, metrics } = runRequest(requestOf(counted), DATA, { bounds: true })
    expect(starts).toBe(1)
    expect(bounds!.pessimistic.finalEquity).toBe(metrics.finalEquity)
    expect(bounds!.optimistic.finalEquity).toBe(metrics.finalEquity)
  })
})

describe('the costs of a manifest', () => {
  it('give the same fraction again, however many digits they have', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9_999, noNaN: true }), bps => {
        const fee = bps / 10_000
        const costs = { ...FREE, fee, slippage: fee }
        const told = describeCosts(costs, 'none')
        expect(told.fee_bps / 10_000).toBe(fee)
        expect(told.slippage_bps / 10_000).toBe(fee)
      }),
    )
  })

  it('have no dust', () => {
    const costs = { ...FREE, fee: 0.0003, slippage: 0.00055 }
    const told = describeCosts(costs, 'none')
    expect([told.fee_bps, told.slippage_bps]).toEqual([3, 5.5])
  })
})
