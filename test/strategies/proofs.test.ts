import { describe, expect, it } from 'vitest'
import { proveStrategy } from '../../src/backtest/proof/proof.js'
import { DEFAULT_COSTS } from '../../src/core/account/costs.js'
import { resolveParams, type ParamSpecs } from '../../src/core/strategy/params.js'
import { syntheticCandles } from '../../src/core/candles/synthetic.js'
import { STRATEGIES } from '../../strategies/index.js'
import { specOf } from '../run-spec.js'

const market = syntheticCandles({
  seed: 11,
  length: 6000,
  start: Date.UTC(2024, 0, 1),
  timeframeMs: 3_600_000,
  price: 100,
  volatility: 0.006,
  decimals: 4,
})

describe.each(STRATEGIES)('$name', strategy => {
  const templates = Object.entries(strategy.templates as Record<string, Record<string, unknown>>)
  it.each([['default', {}] as const, ...templates])(
    'with the values of %s sees no future, needs no history beyond its warm-up, and repeats',
    (_template, values) => {
      const params = resolveParams(strategy.params as ParamSpecs, [values])
      const spec = specOf(strategy, {
        params: params as Record<string, number>,
        costs: DEFAULT_COSTS,
      })
      const proof = proveStrategy(
        { spec, candles: market, first: 0 },
        { samples: 12, seed: 5, lookahead: true, warmUp: true },
      )
      expect(proof.lookahead!.violations).toEqual([])
      expect(proof.warmUp!.violations).toEqual([])
      expect(proof.determinism.violations).toEqual([])
      expect(proof.passed).toBe(true)
      expect(proof.warmUp!.decisions).toBeGreaterThan(1000)
    },
  )
})
