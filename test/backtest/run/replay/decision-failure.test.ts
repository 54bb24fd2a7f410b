import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../../src/backtest/run/replay/backtest.js'
import {
  DecisionFailure,
  strategyFailed,
} from '../../../../src/backtest/run/replay/decision-failure.js'
import { runPortfolio } from '../../../../src/backtest/portfolio/portfolio-backtest.js'
import { cutCandles } from '../../../../src/core/candles/candles.js'
import { DEFAULT_ALLOCATION } from '../../../../src/core/engine/allocation/allocation.js'
import { HOLD } from '../../../../src/core/strategy/intent.js'
import { defineStrategy, type AnyStrategy } from '../../../../src/core/strategy/strategy.js'
import { randomCandles } from '../../../core/indicators/random-candles.js'
import { specOf } from '../../../run-spec.js'

const candles = randomCandles({ seed: 3, length: 40 })

/** Throws at the close of the candle that opens at `time`. */
const throwingAt = (time: number): AnyStrategy =>
  defineStrategy({
    name: 'throwing',
    description: 'Throws once',
    params: {},
    templates: {},
    indicators: () => ({}),
    initial: () => ({}),
    decide(now) {
      if (now.time === time) throw new TypeError('lost')
      return HOLD
    },
  }) as AnyStrategy

function failureOf(run: () => unknown): DecisionFailure {
  try {
    run()
  } catch (error) {
    if (error instanceof DecisionFailure) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('the failure of a decision', () => {
  it('has the candle at whose close the strategy was asked, by the step and by a solo run', () => {
    const spec = specOf(throwingAt(candles.time[17]!))
    for (const sink of [undefined, (): void => undefined]) {
      const failure = failureOf(() =>
        runBacktest({ spec, candles, first: 0, ...(sink && { sink }) }),
      )
      expect(failure.time).toBe(candles.time[17])
      expect(failure.cause).toBeInstanceOf(TypeError)
    }
  })

  it('has the candle of the market that is open, where the first one has ended', () => {
    const { legs, ...spec } = specOf(throwingAt(candles.time[30]!))
    const leg = (symbol: string) => ({
      ...legs[0]!,
      weight: 0.5,
      market: { ...legs[0]!.market, symbol },
    })
    const failure = failureOf(() =>
      runPortfolio({
        spec: { ...spec, allocation: DEFAULT_ALLOCATION },
        markets: [
          { candles: cutCandles(candles, 0, 10), first: 0, legs: [leg('A-USD')] },
          { candles, first: 0, legs: [leg('B-USD')] },
        ],
      }),
    )
    expect(failure.time).toBe(candles.time[30])
  })

  it('becomes a message that names who threw, when, and what', () => {
    const error = strategyFailed('strategy own', new DecisionFailure(new Error('lost'), 0))
    expect(error.message).toBe('strategy own threw at the candle of 1970-01-01T00:00:00Z: lost')
    expect((error.cause as Error).message).toBe('lost')
    expect(strategyFailed('strategy own', 'a text').message).toBe('strategy own threw: a text')
  })
})
