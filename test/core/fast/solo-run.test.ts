import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import type { BacktestOutcome } from '../../../src/backtest/run/replay/outcome.js'
import { fitsSolo } from '../../../src/core/fast/solo-run.js'
import { resolveParams, type ParamSpecs } from '../../../src/core/strategy/params.js'
import { outcomeHash } from '../../outcome-hash.js'
import { marketArbitrary } from '../../market-generator.js'
import { restlessOrders } from '../../restless-orders.js'
import { paramsArbitrary, runArbitrary } from '../../run-arbitrary.js'
import { randomWalk } from '../../bench/random-walk.js'
import { STRATEGIES } from '../../../strategies/index.js'
import { specOf } from '../../run-spec.js'

/** All that a run says, as numbers to the bit. */
function figuresOf(outcome: BacktestOutcome): unknown {
  const { equity, tradeRows, metrics, openPositions, orders, belowMinimum, ruinedAt } = outcome
  const { notShortable, refusedByRisk, exitsIgnored, idleLevels, wasAsked } = outcome
  return structuredClone({
    rows: [Array.from(equity), Array.from(tradeRows)],
    counts: [belowMinimum, notShortable, refusedByRisk, exitsIgnored, idleLevels],
    fills: outcome.trades.map(({ fills }) => fills),
    ...{ metrics, openPositions, orders, ruinedAt, wasAsked },
  })
}

/** A run that somebody listens to takes every candle by the step. */
const listening = { sink: (): void => undefined }

describe('a solo run', () => {
  it('computes every number of a run as the step does, to the bit', () => {
    const seen = { fitting: 0, trades: 0, halted: 0, resting: 0 }
    const solo = runArbitrary.filter(spec => fitsSolo(spec, {}))
    fc.assert(
      fc.property(marketArbitrary(40, 200), solo, fc.nat(30), (candles, spec, first) => {
        const byStep = runBacktest({ spec, candles, first, ...listening })
        const outcome = runBacktest({ spec, candles, first })
        expect(figuresOf(outcome)).toEqual(figuresOf(byStep))
        seen.fitting += 1
        seen.trades += outcome.trades.length
        seen.halted += outcome.refusedByRisk
        if (outcome.orders !== null) seen.resting += 1
      }),
      { numRuns: 1500 },
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0)
  })

  it('meets resting orders of every kind as the step does, to the bit', () => {
    const seen = { filled: 0, cancelled: 0, expired: 0, refused: 0, taken: 0, stopped: 0 }
    const quoting = runArbitrary
      .filter(spec => fitsSolo(spec, {}))
      .chain(spec =>
        paramsArbitrary(restlessOrders).map(params => ({
          ...spec,
          legs: [{ ...spec.legs[0]!, strategy: restlessOrders, params }],
        })),
      )
    fc.assert(
      fc.property(marketArbitrary(40, 200), quoting, (candles, spec) => {
        const byStep = runBacktest({ spec, candles, first: 0, ...listening })
        const outcome = runBacktest({ spec, candles, first: 0 })
        expect(figuresOf(outcome)).toEqual(figuresOf(byStep))
        if (outcome.orders === null) return
        seen.filled += outcome.orders.filled
        seen.cancelled += outcome.orders.cancelled
        seen.expired += outcome.orders.expired
        seen.refused += outcome.orders.refused
        if ((outcome.orders.makerShare ?? 1) < 1) seen.taken += 1
        if (outcome.trades.some(({ exitReason }) => exitReason === 'stop_loss')) seen.stopped += 1
      }),
      { numRuns: 800 },
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0)
  })

  it('gives the hash of the step on a long walk, for every strategy that is shipped', () => {
    const candles = randomWalk(30_000)
    for (const strategy of STRATEGIES) {
      const params = resolveParams(strategy.params as ParamSpecs, []) as Record<string, number>
      const risk = { stopLoss: 0.02, trailingStop: 0.03, cooldown: 2 }
      const spec = specOf(strategy, { params, risk })
      const byStep = runBacktest({ spec, candles, first: 100, ...listening })
      const outcome = runBacktest({ spec, candles, first: 100 })
      expect(outcomeHash(outcome), strategy.name).toBe(outcomeHash(byStep))
    }
  })
})
