import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../../src/backtest/run/replay/backtest.js'
import {
  delayedFills,
  missedFills,
} from '../../../../src/backtest/stress/perturbations/fill-stress.js'
import { startJitter } from '../../../../src/backtest/stress/perturbations/start-jitter.js'
import {
  decidingLate,
  missingEntries,
} from '../../../../src/backtest/stress/perturbations/wrapped-strategy.js'
import { FLAT, HOLD, long, short, type Intent } from '../../../../src/core/strategy/intent.js'
import { defineStrategy } from '../../../../src/core/strategy/strategy.js'
import { donchianBreakout } from '../../../../strategies/donchian_breakout.js'
import { marketArbitrary } from '../../../market-generator.js'
import { runArbitrary } from '../../../run-arbitrary.js'
import { scripted, specOf } from '../../../run-spec.js'
import { candlesAt, requestFor, requestOf, runsOf, synthetic } from '../stress-fixture.js'

const PRICES = [100, 101, 103, 107, 113, 119, 127, 131, 137, 139]

const saying = (intent: Intent) =>
  defineStrategy({
    name: 'saying',
    description: 'Says one thing, for tests',
    params: {},
    templates: {},
    indicators: () => ({}),
    initial: () => ({}),
    decide: () => intent,
  })

describe('delayed decisions', () => {
  it('fill at exactly the opens that many candles later', () => {
    const strategy = scripted([1, null, null, 0])
    const candles = candlesAt(PRICES)
    const fills = (late: number) => {
      const spec = specOf(late === 0 ? strategy : decidingLate(strategy, late))
      return runBacktest({ spec, candles, first: 0 }).trades.map(trade => [
        trade.entryPrice,
        trade.exitPrice,
      ])
    }
    expect(fills(0)).toEqual([[101, 113]])
    expect(fills(1)).toEqual([[103, 119]])
    expect(fills(2)).toEqual([[107, 127]])
    const runs = runsOf(requestFor(strategy), candles)
    const { figures, difference } = delayedFills(runs, 2)
    expect(figures!.totalReturn).toBeCloseTo(127 / 107 - 1, 9)
    expect(difference).toBeCloseTo(127 / 107 - 113 / 101, 9)
  })

  it('are heard with the exits that they named', () => {
    const strategy = saying(long(1, { takeProfit: 0.03 }))
    const candles = candlesAt(PRICES)
    const spec = specOf(decidingLate(strategy, 1))
    const [first] = runBacktest({ spec, candles, first: 0 }).trades
    expect(first).toMatchObject({ entryPrice: 103, exitReason: 'take_profit' })
    expect(first!.exitPrice).toBeCloseTo(103 * 1.03, 9)
  })

  it('of no candle are the run, and a wrapped strategy can run again', () => {
    fc.assert(
      fc.property(runArbitrary, marketArbitrary(), (spec, candles) => {
        const runs = runsOf(requestOf(spec), candles)
        expect(delayedFills(runs, 0).figures).toEqual(runs.own)
        expect(delayedFills(runs, 2)).toEqual(delayedFills(runs, 2))
      }),
      { numRuns: 60 },
    )
  })
})

describe('missed entries', () => {
  it('are none at 0 and all at 1', () => {
    fc.assert(
      fc.property(runArbitrary, marketArbitrary(), (spec, candles) => {
        const runs = runsOf(requestOf(spec), candles)
        const none = missedFills(runs, 0, { runs: 1 })
        expect(none.totalReturn!.mean).toBe(runs.own.totalReturn)
        expect(none.trades!.mean).toBe(runs.own.trades)
        expect(missedFills(runs, 1, { runs: 1 }).trades!.most).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('are about as many as the share says, and more where it is larger', () => {
    const script = Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? 1 : 0))
    const candles = synthetic(4000)
    const entries = (share: number): Set<number> => {
      const strategy = missingEntries(scripted(script), { share, seed: 9 })
      const { trades } = runBacktest({ spec: specOf(strategy), candles, first: 0 })
      return new Set(trades.map(({ entryTime }) => entryTime))
    }
    const [all, most, fewer] = [entries(0), entries(0.05), entries(0.2)]
    expect(all.size).toBe(2000)
    expect(most.size / 2000).toBeCloseTo(0.95, 1)
    expect(fewer.size / 2000).toBeCloseTo(0.8, 1)
    expect([...fewer].every(time => most.has(time))).toBe(true)
  })

  it('leave exits and additions alone, and make an exit of a reversal', () => {
    const at = (intent: Intent, candlesHeld: number, exposure: number) => {
      const strategy = missingEntries(saying(intent), { share: 1, seed: 1 })
      return strategy.decide({ time: 0, candlesHeld, exposure } as never, {})
    }
    expect(at(long(1), 0, 0)).toBe(HOLD)
    expect(at(short(1), 2, 0.7)).toBe(FLAT)
    expect(at(FLAT, 2, 0.7)).toBe(FLAT)
    expect(at(long(1), 2, 0.7)).toEqual(long(1))
    expect(at(HOLD, 0, 0)).toBe(HOLD)
  })

  it('do not hang on where a strategy is asked', () => {
    const runs = runsOf(requestFor(donchianBreakout), synthetic(1500))
    const one = missedFills(runs, 0.2, { runs: 5, seed: 4 })
    expect(one).toEqual(missedFills(runs, 0.2, { runs: 5, seed: 4 }))
    expect(one.trades!.mean).toBeLessThan(runs.own.trades)
  })
})

describe('later starts', () => {
  it('begin with the run itself', () => {
    fc.assert(
      fc.property(runArbitrary, marketArbitrary(), (spec, candles) => {
        const runs = runsOf(requestOf(spec), candles)
        const { points, n, offsetMax } = startJitter(runs, { starts: 4 })
        expect(points[0]).toEqual({ offset: 0, figures: runs.own })
        expect(n).toBe(points.length)
        expect(points.at(-1)!.offset).toBe(offsetMax)
      }),
      { numRuns: 60 },
    )
  })

  it('are the run with a later start', () => {
    const candles = synthetic(1000)
    const { points } = startJitter(runsOf(requestFor(donchianBreakout), candles), { starts: 3 })
    expect(points.map(({ offset }) => offset)).toEqual([0, 50, 100])
    const from = candles.time[100]!
    expect(points[2]!.figures).toEqual(runsOf(requestFor(donchianBreakout, { from }), candles).own)
  })
})
