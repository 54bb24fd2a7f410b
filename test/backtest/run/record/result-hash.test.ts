import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../../src/backtest/run/replay/backtest.js'
import { DEFAULT_COSTS } from '../../../../src/core/account/costs.js'
import { curveHash, resultHash } from '../../../../src/backtest/run/record/result-hash.js'
import { canonicalJson, snakeKeys } from '../../../../src/core/canonical.js'
import type { LegSpec } from '../../../../src/core/trading/desk.js'
import { EXIT_REASONS, type Trade } from '../../../../src/core/account/trade.js'
import { marketArbitrary } from '../../../market-generator.js'
import { randomCandles } from '../../../core/indicators/random-candles.js'
import { scripted, specOf } from '../../../run-spec.js'
import { runArbitrary } from '../../../run-arbitrary.js'

const GROUND = { data: ['d'], costs: DEFAULT_COSTS }

const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

/** Doubles with the least significant byte first, written one by one. */
function bytesOf(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8))
  values.forEach((value, k) => view.setFloat64(k * 8, value, true))
  return new Uint8Array(view.buffer)
}

/** A leg whose strategy has a name of its own. */
const named = (leg: LegSpec, k: number): LegSpec => ({
  ...leg,
  strategy: { ...leg.strategy, name: `s${k}` },
})

function rowOf(trade: Trade, legs: readonly string[]): number[] {
  return [
    legs.indexOf(trade.strategy),
    trade.side === 'long' ? 1 : -1,
    trade.entryTime,
    trade.exitTime,
    trade.entryPrice,
    trade.exitPrice,
    trade.size,
    trade.fees,
    trade.txCosts,
    trade.slippage,
    trade.candles,
    trade.mae,
    trade.mfe,
    EXIT_REASONS.indexOf(trade.exitReason),
    trade.ambiguous ? 1 : 0,
    trade.parts,
    // Of trades without tags.
    -1,
    -1,
  ]
}

describe('the result hash', () => {
  it('is the SHA-256 of the canonical JSON of costs, data, metrics and the hash of the trades', () => {
    fc.assert(
      fc.property(marketArbitrary(), runArbitrary, (candles, run) => {
        const spec = { ...run, legs: run.legs.map(named) }
        const outcome = runBacktest({ spec, candles, first: 0 })
        const legs = spec.legs.map(leg => leg.strategy.name)
        fc.pre(
          outcome.trades.every(({ entryTag, exitTag }) => entryTag === null && exitTag === null),
        )
        const rows = outcome.trades.flatMap(trade => rowOf(trade, legs))
        const text = canonicalJson({
          costs: snakeKeys(spec.costs),
          data: ['d'],
          metrics: snakeKeys(outcome.metrics),
          trades: sha256(bytesOf(rows)),
        })
        expect(resultHash(outcome, { data: ['d'], costs: spec.costs })).toBe(sha256(text))
        expect(curveHash(outcome.equity)).toBe(sha256(bytesOf([...outcome.equity])))
      }),
      { numRuns: 60 },
    )
  })

  it('changes with any figure', () => {
    const { metrics } = runBacktest({
      spec: specOf(scripted([1, 0])),
      candles: randomCandles({ seed: 3, length: 20 }),
      first: 0,
    })
    const result = { metrics, tradeRows: Float64Array.of(1, 2) }
    const changed = [
      { ...result, metrics: { ...metrics, sqn: (metrics.sqn ?? 0) + 1e-15 } },
      { ...result, tradeRows: Float64Array.of(1, 2.0000000000000004) },
    ]
    const hashes = [result, ...changed].map(one => resultHash(one, GROUND))
    const others = [
      { ...GROUND, data: ['e'] },
      { ...GROUND, data: ['d', 'd'] },
      { ...GROUND, costs: { ...DEFAULT_COSTS, fee: DEFAULT_COSTS.fee + 1e-9 } },
    ].map(ground => resultHash(result, ground))
    expect(new Set([...hashes, ...others]).size).toBe(6)
    const curves = [3, 3.0000000000000004].map(last => curveHash(Float64Array.of(1, 2, last)))
    expect(curves[0]).not.toBe(curves[1])
  })

  it('has no number that is not finite', () => {
    const { metrics, tradeRows } = runBacktest({
      spec: specOf(scripted([1, 0])),
      candles: randomCandles({ seed: 3, length: 20 }),
      first: 0,
    })
    for (const sharpe of [NaN, Infinity, -Infinity]) {
      const broken = { tradeRows, metrics: { ...metrics, sharpe } }
      expect(() => resultHash(broken, GROUND)).toThrow('canonical JSON has no number')
    }
  })
})
