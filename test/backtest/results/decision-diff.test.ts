import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffDecisions, type DecisionDiff } from '../../../src/backtest/results/decision-diff.js'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import type { BacktestOutcome } from '../../../src/backtest/run/replay/outcome.js'
import { DEFAULT_COSTS } from '../../../src/core/account/costs.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import type { Trade } from '../../../src/core/account/trade.js'
import { marketArbitrary } from '../../market-generator.js'
import { scripted, specOf } from '../../run-spec.js'

/** A long trade of an hour at 100 and 110, with what a test says instead. */
function trade(own: Partial<Trade> = {}): Trade {
  const made = {
    strategy: 'one',
    side: 'long',
    entryTime: 0,
    exitTime: 5 * HOUR_MS,
    entryPrice: 100,
    exitPrice: 110,
    size: 2,
    fees: 0,
    txCosts: 0,
    slippage: 0,
    candles: 5,
    mae: 0,
    mfe: 0.1,
    exitReason: 'signal',
    ambiguous: false,
    entryTag: null,
    exitTag: null,
    parts: 1,
    fills: [],
    ...own,
  } as const
  const direction = made.side === 'long' ? 1 : -1
  const pnl = direction * made.size * (made.exitPrice - made.entryPrice) - made.fees - made.txCosts
  return { ...made, pnl, return: pnl / (made.size * made.entryPrice) }
}

const diff = (before: readonly Trade[], after: readonly Trade[]): DecisionDiff =>
  diffDecisions(before, after, { timeframeMs: HOUR_MS })

const at = (hours: number, own: Partial<Trade> = {}): Trade =>
  trade({ entryTime: hours * HOUR_MS, exitTime: (hours + 5) * HOUR_MS, ...own })

describe('decisions of two lists of trades', () => {
  it('are equal where nothing differs', () => {
    const { counts, parts } = diff([at(0), at(10)], [at(0), at(10)])
    expect(counts).toEqual({ equal: 2, changed: 0, late: 0, missing: 0, extra: 0 })
    expect(parts.total).toBe(0)
  })

  it('are missing from one list or extra in the other, in the order of entries', () => {
    const { decisions, counts, parts } = diff([at(0), at(10)], [at(10), at(20, { exitPrice: 95 })])
    expect(decisions.map(({ status }) => status)).toEqual(['missing', 'matched', 'extra'])
    expect(counts).toMatchObject({ equal: 1, missing: 1, extra: 1 })
    expect(parts).toMatchObject({ missing: -20, extra: -10, price: 0, total: -30 })
  })

  it('are late by candles, or early, up to three, and others beyond that', () => {
    const found = diff([at(0), at(20), at(40)], [at(3), at(18), at(44)])
    expect(found.decisions.map(({ status, lateBy }) => [status, lateBy])).toEqual([
      ['matched', 3],
      ['matched', -2],
      ['missing', 0],
      ['extra', 0],
    ])
    expect(found.counts.late).toBe(2)
  })

  it('go to the nearest entry, and an exact one is never taken by a neighbour', () => {
    const { decisions } = diff([at(0), at(2)], [at(1), at(2)])
    expect(decisions.map(({ lateBy, changes }) => [lateBy, changes])).toEqual([
      [1, ['late', 'exit_time']],
      [0, []],
    ])
  })

  it('are told apart by side and by strategy', () => {
    const { counts } = diff(
      [at(0), at(10)],
      [at(0, { side: 'short' }), at(10, { strategy: 'other' })],
    )
    expect(counts).toMatchObject({ missing: 2, extra: 2, changed: 0 })
  })

  it('differ in price, size, exit reason and costs, each in its own part', () => {
    const [price, size, costs, reason] = [
      at(0, { exitPrice: 112 }),
      at(0, { size: 3 }),
      at(0, { fees: 1.5 }),
      at(0, { exitReason: 'stop_loss' }),
    ].map(other => diff([at(0)], [other]))
    expect(price!.decisions[0]!.changes).toEqual(['exit_price'])
    expect(price!.parts).toMatchObject({ price: 4, size: 0, costs: 0, total: 4 })
    expect(size!.decisions[0]!.changes).toEqual(['size'])
    expect(size!.parts).toMatchObject({ price: 0, size: 10, costs: 0 })
    expect(costs!.decisions[0]!.changes).toEqual(['costs'])
    expect(costs!.parts).toMatchObject({ price: 0, size: 0, costs: -1.5 })
    expect(reason!.decisions[0]!.changes).toEqual(['exit_reason'])
    expect(reason!.parts.total).toBe(0)
  })

  it('put slippage down to costs, not to prices', () => {
    const slipped = at(0, { entryPrice: 100.5, slippage: 1 })
    const { parts } = diff([at(0)], [slipped])
    expect(parts.price).toBeCloseTo(0, 12)
    expect(parts.costs).toBeCloseTo(-1, 12)
  })
})

const script = fc.array(fc.constantFrom(null, null, 0, 1, 0.5), { minLength: 150, maxLength: 150 })

describe('the parts of a difference', () => {
  it('add up to the difference of what two runs gained, for any two runs of a market', () => {
    const run = (
      words: readonly (number | null)[],
      fee: number,
      candles: Parameters<typeof runBacktest>[0]['candles'],
    ): BacktestOutcome =>
      runBacktest({
        spec: specOf(scripted(words), {
          costs: { ...DEFAULT_COSTS, fee, txCost: fee * 100 },
          risk: { stopLoss: 0.04 },
        }),
        candles,
        first: 0,
      })
    fc.assert(
      fc.property(marketArbitrary(100, 150), script, script, (candles, a, b) => {
        const [before, after] = [run(a, 0.001, candles), run(b, 0.002, candles)]
        const found = diffDecisions(before.trades, after.trades, { timeframeMs: HOUR_MS })
        const { missing, extra, price, size, costs, total } = found.parts
        const scale = 10_000 * (1 + before.metrics.turnover + after.metrics.turnover)
        const gained = after.metrics.finalEquity - before.metrics.finalEquity
        expect(missing + extra + price + size + costs).toBe(total)
        expect(Math.abs(total - gained)).toBeLessThan(1e-9 * scale)
        const single = found.decisions.reduce((sum, one) => sum + one.pnlDifference, 0)
        expect(Math.abs(single - gained)).toBeLessThan(1e-9 * scale)
        const matched = found.decisions.filter(({ status }) => status === 'matched').length
        expect(matched + found.counts.missing).toBe(before.trades.length)
        expect(matched + found.counts.extra).toBe(after.trades.length)
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })

  it('turn their sign where the lists change places, and vanish against the same list', () => {
    fc.assert(
      fc.property(marketArbitrary(100, 120), script, script, (candles, a, b) => {
        const trades = (words: readonly (number | null)[]): readonly Trade[] =>
          runBacktest({ spec: specOf(scripted(words)), candles, first: 0 }).trades
        const [one, other] = [trades(a), trades(b)]
        const [there, back] = [diff(one, other), diff(other, one)]
        expect(there.parts.total).toBeCloseTo(-back.parts.total, 6)
        expect([there.counts.missing, there.counts.extra]).toEqual([
          back.counts.extra,
          back.counts.missing,
        ])
        expect(diff(one, one).counts).toMatchObject({ equal: one.length, changed: 0 })
      }),
      { numRuns: 30, endOnFailure: true },
    )
  })
})
