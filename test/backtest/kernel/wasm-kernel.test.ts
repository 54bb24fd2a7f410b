import { DEFAULT_COSTS } from '../../../src/core/account/costs.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import type { BacktestOutcome } from '../../../src/backtest/run/replay/outcome.js'
import { createKernel } from '../../../src/backtest/kernel/wasm-kernel.js'
import { outcomeHash } from '../../outcome-hash.js'
import { foldIndicator, type Indicator } from '../../../src/core/indicators/indicator.js'
import { TRADES_MOST } from '../../../src/core/fast/kernel-registers.js'
import { EXIT_REASONS } from '../../../src/core/account/trade.js'
import { maCrossover } from '../../../strategies/ma_crossover.js'
import { marketArbitrary } from '../../market-generator.js'
import { crossRunArbitrary } from '../../run-arbitrary.js'
import { specOf } from '../../run-spec.js'
import { randomWalk } from '../../bench/random-walk.js'

/** All that a run says, as numbers to the bit. */
function figuresOf(outcome: BacktestOutcome): unknown {
  const { equity, tradeRows, metrics, openPositions, belowMinimum, decideFrom } = outcome
  const rows = [Array.from(equity), Array.from(tradeRows)]
  return structuredClone({ rows, metrics, openPositions, belowMinimum, decideFrom })
}

describe('a kernel', () => {
  it('computes every number of a run as the core does, to the bit', () => {
    const kernel = createKernel()
    expect(kernel, 'the build makes it').not.toBeNull()
    const reasons = new Set<string>()
    let refused = 0
    fc.assert(
      fc.property(
        marketArbitrary(40, 200),
        crossRunArbitrary,
        fc.nat(30),
        (candles, spec, first) => {
          const own = figuresOf(runBacktest({ spec, candles, first }))
          const outcome = runBacktest({ spec, candles, first, kernel })
          expect(figuresOf(outcome)).toEqual(own)
          refused += outcome.belowMinimum
          for (const { exitReason } of outcome.trades) reasons.add(exitReason)
        },
      ),
      { numRuns: 1000 },
    )
    expect(refused).toBeGreaterThan(0)
    // Such runs have no limits and no resting orders; ruin is possible, but too rare to be drawn.
    const possible = EXIT_REASONS.filter(
      reason => !['risk_limit', 'order', 'ruin'].includes(reason),
    )
    reasons.delete('ruin')
    expect([...reasons].sort(), 'all ways out were drawn').toEqual([...possible].sort())
  })

  it('goes over blocks, and from candles to other candles and back', () => {
    const kernel = createKernel()
    const [long, short] = [randomWalk(20_000), randomWalk(9000)]
    const spec = specOf(maCrossover, {
      params: { fast_ma: 5, slow_ma: 20, min_volume: 0 },
      risk: { stopLoss: 0.004, trailingStop: 0.006, takeProfit: 0.01, cooldown: 3, timeStop: 90 },
      costs: { ...DEFAULT_COSTS, fee: 0.0001, makerFee: 0.0001, slippage: 0.00001, txCost: 0.01 },
    })
    for (const [candles, first] of [
      [long, 0],
      [short, 0],
      [long, 8190],
      [short, 17],
    ] as const) {
      const own = outcomeHash(runBacktest({ spec, candles, first }))
      expect(outcomeHash(runBacktest({ spec, candles, first, kernel }))).toBe(own)
    }
  })

  it('hands its trades over where it has no more room for them', () => {
    const candles = randomWalk(30_000)
    const spec = specOf(maCrossover, {
      params: { fast_ma: 1, slow_ma: 2, min_volume: 0 },
      costs: { ...DEFAULT_COSTS, fee: 0, makerFee: 0, slippage: 0, txCost: 0 },
    })
    const own = runBacktest({ spec, candles, first: 0 })
    const outcome = runBacktest({ spec, candles, first: 0, kernel: createKernel() })
    expect(own.trades.length).toBeGreaterThan(3 * TRADES_MOST)
    expect(outcomeHash(outcome)).toBe(outcomeHash(own))
  })

  it('follows columns that others have computed, whether it has room for copies of them or not', () => {
    const candles = randomWalk(3000)
    const columns = new Map<string, Float64Array>()
    const known = (indicator: Indicator): Float64Array => {
      const same = columns.get(indicator.key)
      if (same) return same
      const column = new Float64Array(candles.length)
      foldIndicator(indicator, candles, column)
      columns.set(indicator.key, column)
      return column
    }
    const pairs = [2, 3, 4, 5, 2, 6].flatMap(fast =>
      [7, 8, 9, 7].map(slow => [fast, slow] as const),
    )
    for (const columnsMost of [0, 1, 2, 3, 5, 100, 1e9]) {
      const kernel = createKernel({ copyBytes: columnsMost * candles.length * 8 })
      for (const [fast, slow] of pairs) {
        const spec = specOf(maCrossover, {
          params: { fast_ma: fast, slow_ma: slow, min_volume: 0 },
          risk: { stopLoss: 0.01 },
        })
        const own = outcomeHash(runBacktest({ spec, candles, first: 0 }))
        const outcome = runBacktest({ spec, candles, first: 0, kernel, known })
        expect(outcomeHash(outcome), `${fast} ${slow}, ${columnsMost} copies`).toBe(own)
      }
    }
  })

  it('ends a run in which a strategy throws, and does the next', () => {
    const candles = randomWalk(2000)
    const kernel = createKernel()
    const params = { fast_ma: 5, slow_ma: 20, min_volume: 0 }
    const throwing = { ...maCrossover, decide: () => raise('no more') }
    expect(() =>
      runBacktest({ spec: specOf(throwing, { params }), candles, first: 0, kernel }),
    ).toThrow('no more')
    const spec = specOf(maCrossover, { params })
    const own = outcomeHash(runBacktest({ spec, candles, first: 0 }))
    expect(outcomeHash(runBacktest({ spec, candles, first: 0, kernel }))).toBe(own)
  })
})

function raise(message: string): never {
  throw new Error(message)
}
