import { DEFAULT_COSTS } from '../../src/core/account/costs.js'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run/replay/backtest.js'
import { tradeJson } from '../../src/backtest/results/result-json.js'
import { resolveParams } from '../../src/core/strategy/params.js'
import { syntheticCandles } from '../../src/core/candles/synthetic.js'
import { HOUR_MS } from '../../src/core/candles/time.js'
import { STRATEGIES } from '../../strategies/index.js'
import { specOf } from '../run-spec.js'

const candles = syntheticCandles({
  seed: 7,
  length: 3000,
  start: Date.UTC(2025, 0, 1),
  timeframeMs: HOUR_MS,
  price: 150,
  volatility: 0.01,
  decimals: 2,
})

const risk = { stopLoss: 0.04, trailingStop: 0.05, takeProfit: 0.12, cooldown: 3 }
const costs = { ...DEFAULT_COSTS, fee: 0.001, makerFee: 0.001, slippage: 0.0005, txCost: 0.01 }

/** Numbers agree to 1e-9: a newer V8 may round the last bit of an exponential otherwise. */
function expectClose(got: unknown, wanted: unknown, path: string): void {
  if (typeof wanted === 'number' && typeof got === 'number') {
    return void expect(Math.abs(got - wanted), path).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(wanted)),
    )
  }
  if (typeof wanted !== 'object' || wanted === null) return void expect(got, path).toEqual(wanted)
  expect(Object.keys(got as object), path).toEqual(Object.keys(wanted))
  for (const key of Object.keys(wanted)) {
    expectClose(
      (got as Record<string, unknown>)[key],
      (wanted as Record<string, unknown>)[key],
      `${path}.${key}`,
    )
  }
}

/** Whole results of every shipped strategy. A change here changes what users are told: read the diff. */
describe('golden runs (npm run golden:update writes them)', () => {
  for (const strategy of STRATEGIES) {
    it(`${strategy.name} gives its recorded trades and metrics`, () => {
      const params = resolveParams(strategy.params, [
        (strategy.templates as Record<string, object>)['aggressive'] as Record<string, unknown>,
      ])
      const spec = specOf(strategy, { params: params as Record<string, number>, risk, costs })
      const { metrics, trades } = runBacktest({ spec, candles, first: 0 })
      const got = JSON.parse(
        JSON.stringify({ metrics, trades: trades.slice(0, 25).map(tradeJson) }),
      ) as unknown
      const file = join(import.meta.dirname, `${strategy.name}.json`)
      if (process.env['GOLDEN_UPDATE'] === '1')
        writeFileSync(file, `${JSON.stringify(got, null, 2)}\n`)
      expect(existsSync(file), 'recorded').toBe(true)
      expectClose(got, JSON.parse(readFileSync(file, 'utf8')), strategy.name)
    })
  }
})
