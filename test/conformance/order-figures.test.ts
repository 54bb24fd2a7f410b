import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_COSTS } from '../../src/core/account/costs.js'
import { defaultMarket } from '../../src/core/account/market.js'
import { candlesFrom } from '../../src/core/candles/candles.js'
import { mergeTimes } from '../merge-times.js'
import { Engine } from '../../src/core/engine/engine.js'
import type { EngineMarket } from '../../src/core/engine/spec.js'
import { measureOrders } from '../../src/core/metrics/order-figures.js'
import { NO_RISK_LIMITS } from '../../src/core/risk/limits.js'
import { NO_RISK_SETTINGS, roiSteps } from '../../src/core/risk/settings.js'
import { defineStrategy } from '../../src/core/strategy/strategy.js'
import { readCase, SIGNALS_FOLDER, signalsCases, type SignalsCase } from './signals-cases.js'

const CASES = signalsCases()

if (CASES.length === 0) {
  describe.skip('figures of resting orders and the scenarios with expected results', () => {
    it('needs the scenarios (set ASSAY_DATA to the folder beside theirs)', () => undefined)
  })
} else {
  describe('figures of resting orders and the scenarios with expected results', () => {
    it.each(CASES)('agree on scenario %s', name => {
      const engine = runCase(readCase(name))
      const figures = measureOrders(engine.legs, engine.trades.fills)
      const expected = expectedOf(name)
      const events = expected.events
      const close = (got: number | null | undefined, wanted: number | null | undefined): void => {
        if (wanted === null || wanted === undefined) expect(got ?? null).toBeNull()
        else
          expect(Math.abs(got! - wanted)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(wanted)))
      }
      close(figures?.spreadCapturedBps, expected.metrics['spread_captured_bps'])
      close(figures?.markout1Bps, expected.metrics['markout_1_bps'])
      close(figures?.markout5Bps, expected.metrics['markout_5_bps'])
      close(figures?.markout20Bps, expected.metrics['markout_20_bps'])
      if (figures === null) return
      close(figures.quotingShare, expected.metrics['quoting_share'])
      expect(figures).toMatchObject({
        placed: events['orders_placed'] ?? 0,
        filled: events['orders_filled'] ?? 0,
        cancelled: events['orders_cancelled'] ?? 0,
        expired: events['orders_expired'] ?? 0,
        refused: events['orders_refused'] ?? 0,
      })
    })
  })
}

interface Expected {
  readonly metrics: Readonly<Record<string, number | null | undefined>>
  readonly events: Readonly<Record<string, number | undefined>>
}

function expectedOf(name: string): Expected {
  return JSON.parse(readFileSync(join(SIGNALS_FOLDER, name, 'expected.json'), 'utf8')) as Expected
}

/** The scenario as the engine runs it. */
function runCase({ spec, markets, legs }: SignalsCase): Engine {
  const ready = markets.map((market, m): EngineMarket => {
    const candles = candlesFrom(spec.timeframeMs, market.candles)
    const said = legs[m]!
    const nothing = { candles: market.candles, exposure: 0, entryPrice: 0, candlesHeld: 0 }
    const places = new Map(market.candles.map(({ time }, i) => [time, i]))
    const strategy = defineStrategy({
      name: 'scripted',
      description: 'Follows a script',
      params: {},
      indicators: () => ({}),
      decide: now => said.decide(places.get(now.time)!, nothing),
    })
    const { step, tick, minNotional, shortable } = market
    const leg = {
      strategy,
      params: {},
      market: { ...defaultMarket(market.symbol), step, tick, minNotional, shortable },
      risk: riskOf(spec),
      weight: said.weight,
      priority: said.priority,
    }
    return { candles, detail: null, first: 0, decideFrom: 0, columns: [{}], legs: [leg] }
  })
  const engine = new Engine(accountOf(spec), ready)
  for (const time of mergeTimes(ready)) engine.step(time)
  engine.finish()
  return engine
}

function riskOf({ exits, cooldown, positionSize }: SignalsCase['spec']) {
  const { roi, ...levels } = exits
  return { ...NO_RISK_SETTINGS, ...levels, cooldown, positionSize, roi: roiSteps(roi) }
}

function accountOf(spec: SignalsCase['spec']) {
  const { capital, fill, keepOpen, limits, feeRate, makerFeeRate, slippage, txCost } = spec
  const orNull = (value: number): number | null => (value === 0 ? null : value)
  return {
    capital,
    fill,
    keepOpen,
    path: 'pessimistic' as const,
    costs: {
      ...DEFAULT_COSTS,
      fee: feeRate,
      makerFee: makerFeeRate,
      slippage,
      txCost,
      limitFill: spec.limitFill,
      maxVolumeShare: orNull(spec.maxVolumeShare),
    },
    limits: {
      ...NO_RISK_LIMITS,
      maxDrawdown: orNull(limits.maxDrawdown),
      maxDailyLoss: orNull(limits.maxDailyLoss),
      maxExposure: orNull(limits.maxExposure),
      maxOpenPositions: orNull(limits.maxOpenPositions),
      maxTradesPerDay: orNull(limits.maxTradesPerDay),
    },
  }
}
