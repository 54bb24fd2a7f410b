import { describe, expect, it } from 'vitest'
import { runRequest } from '../../../src/backtest/run/run.js'
import type { StressOptions } from '../../../src/backtest/stress/stress-options.js'
import { stressRun } from '../../../src/backtest/stress/stress.js'
import type { RunRequest } from '../../../src/backtest/run/record/run-request.js'
import { DEFAULT_COSTS } from '../../../src/core/account/costs.js'
import { resample } from '../../../src/core/candles/resample.js'
import { long } from '../../../src/core/strategy/intent.js'
import { defineStrategy } from '../../../src/core/strategy/strategy.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import { donchianBreakout } from '../../../strategies/donchian_breakout.js'
import { maCrossover } from '../../../strategies/ma_crossover.js'
import { scripted } from '../../run-spec.js'
import { dataOf, requestFor, synthetic } from './stress-fixture.js'

const CANDLES = synthetic(1500)
const REQUEST = requestFor(donchianBreakout, { costs: DEFAULT_COSTS })
const QUICK: StressOptions = { candleRuns: 5, missedRuns: 3, starts: 4, trades: { paths: 200 } }

const stress = (options: StressOptions = QUICK, request: RunRequest = REQUEST) =>
  stressRun(request, dataOf(CANDLES), options)

/** Every number in a result is finite: what has no value is null. */
function expectFinite(value: unknown, path = 'result'): void {
  if (typeof value === 'number') expect(Number.isFinite(value), path).toBe(true)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) expectFinite(part, `${path}.${name}`)
  } else expect(value, path).not.toBeUndefined()
}

describe('a stressed run', () => {
  it('is the run that was asked for, with every part', () => {
    const made = stress()
    const { metrics } = runRequest(REQUEST, dataOf(CANDLES))
    expect(made.own.finalEquity).toBe(metrics.finalEquity)
    expect(made.budgetSpent).toBeNull()
    expect([made.noise.n, made.resampled.n, made.jitter.n]).toEqual([5, 5, 4])
    expect(made.missed.map(({ share, n }) => [share, n])).toEqual([
      [0.05, 3],
      [0.1, 3],
      [0.2, 3],
    ])
    expect(made.delayed.map(({ candles }) => candles)).toEqual([1, 2])
    expect(made.costs.points.map(({ multiple }) => multiple)).toEqual([2, 5])
    expect(made.params.map(({ strategy, n }) => [strategy, n])).toEqual([['donchian_breakout', 8]])
    expect(made.attribution.net).toBeCloseTo(metrics.finalEquity - 10_000, 6)
    expectFinite(made)
  })

  it('gives the same for the same seed, and other chances for another', () => {
    expect(stress({ ...QUICK, seed: 7 })).toEqual(stress({ ...QUICK, seed: 7 }))
    const [one, two] = [stress({ ...QUICK, seed: 1 }), stress({ ...QUICK, seed: 2 })]
    expect(one.noise.totalReturn).not.toEqual(two.noise.totalReturn)
    expect(one.bootstrap.finalEquity).not.toEqual(two.bootstrap.finalEquity)
    expect(one.costs).toEqual(two.costs)
  })

  it('takes several strategies, finer candles and a start within the data', () => {
    const fine = synthetic(4000)
    const coarse = resample(fine, 4 * HOUR_MS)
    const [first] = REQUEST.strategies
    const [second] = requestFor(maCrossover).strategies
    const strategies = [
      { ...first!, weight: 0.5 },
      { ...second!, weight: 0.5 },
    ]
    const from = coarse.time[200]!
    const request = { ...REQUEST, timeframe: '4h', detail: '1h', strategies, from }
    const data = {
      main: { candles: coarse, hash: 'x' },
      detail: { candles: fine, hash: 'y' },
    }
    const made = stressRun(request, data, QUICK)
    expect(made.params).toHaveLength(2)
    expect(made.own.finalEquity).toBe(runRequest(request, data).metrics.finalEquity)
    expectFinite(made)
  })

  it('that never trades has reasons in place of numbers', () => {
    const made = stress(QUICK, requestFor(scripted([])))
    const { shuffle, bootstrap, regimes, costs, capacity, attribution, params } = made
    for (const { reason } of [shuffle, bootstrap, regimes, costs, capacity, attribution]) {
      expect(reason).not.toBeNull()
    }
    expect(params[0]!.reason).toBe('the strategy has no number to change')
    expectFinite(made)
  })
})

describe('the budget', () => {
  it('of candles makes fewer runs of each kind, and then of some none', () => {
    const some = stress({ budget: { candlesMax: 1500 * 90 } })
    expect(some.noise.n).toBeLessThan(30)
    expect(some.noise.n).toBeGreaterThanOrEqual(5)
    expect(some.missed.every(({ n }) => n >= 5)).toBe(true)
    const few = stress({ budget: { runsMax: 10 } })
    expect(few.runs).toBe(10)
    expect(few.budgetSpent).toBe('the budget of 10 runs is spent')
    expect(few.noise).toMatchObject({ n: 0, totalReturn: null, reason: few.budgetSpent })
    expect(few.missed[0]!.reason).toBe(few.budgetSpent)
    expectFinite(few)
  })

  it('of time counts on the clock that it is given', () => {
    let now = 0
    const made = stress({ ...QUICK, budget: { secondsMax: 5, now: () => (now += 1000) } })
    expect(made.budgetSpent).toBe('the budget of 5 s is spent')
    expect(made.runs).toBe(5)
  })
})

describe('bad options', () => {
  it('are refused by name, value and limit', () => {
    expect(() => stress({ candleRuns: -1 })).toThrow('candleRuns is "-1"')
    expect(() => stress({ missedShares: [0.1, 2] })).toThrow('missedShares is "2"')
    expect(() => stress({ trades: { paths: 0.5 } })).toThrow('paths is "0.5"')
    expect(() => stress({ trades: { paths: 0 } })).toThrow('paths is "0"')
    expect(() => stress({ candleBlockLength: NaN })).toThrow('candleBlockLength is "NaN"')
    expect(() => stress({ costMultiples: [-1] })).toThrow('costMultiples is "-1"')
    expect(() => stress({ impact: 'sol-usdc-clam' })).toThrow('sol-usdc-clam')
  })

  it('of a strategy that throws name the strategy', () => {
    const broken = defineStrategy({
      name: 'broken',
      description: 'Throws where a price is not what it was, for tests',
      params: {},
      templates: {},
      indicators: () => ({}),
      initial: () => ({ i: 0 }),
      decide({ candle }, state) {
        if (candle.close.at(0) !== CANDLES.close[state.i]) throw new Error('lost')
        state.i += 1
        return long(1)
      },
    })
    const request = requestFor(broken)
    expect(() => stress({ starts: 1, candleRuns: 2 }, request)).toThrow(
      /in stress run \d+ strategy broken threw at the candle of .*: lost/,
    )
  })
})
