import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run/replay/backtest.js'
import { long, orders, short } from '../../src/core/strategy/intent.js'
import { rows } from '../market-generator.js'
import { runEngine } from '../oracle/engine-run.js'
import type { OracleDetail, OracleOutcome } from '../oracle/model.js'
import { outcomeDifferences, writtenOf } from '../oracle/outcome-differences.js'
import { runOracle } from '../oracle/run.js'
import { sceneOf } from '../oracle/scenes.js'
import { DAY, play, still, type Row, type StageScene } from '../oracle/stage.js'
import { scripted, specOf } from '../run-spec.js'

/** All differences of what both compute: trades with their fills, equity, counts, and figures. */
function differencesOf(seed: number): readonly string[] {
  const { spec, markets, legs } = sceneOf(seed)
  const engine = runEngine(spec, markets, legs)
  const oracle = runOracle(spec, markets, legs)
  const shared = Object.entries(oracle.metrics).filter(([name]) => name in engine.metrics)
  const metrics = Object.fromEntries(shared)
  return outcomeDifferences({ ...oracle, metrics }, writtenOf(engine), spec.capital)
}

/** What happens in runs, and why positions are left. */
const EVERYTHING = [
  ...['break_even', 'end_of_data', 'ended_early', 'entries', 'exits', 'exits_ignored', 'fills'],
  ...['maker_fills', 'order', 'orders_cancelled', 'orders_expired', 'orders_filled'],
  ...['orders_placed', 'orders_refused', 'partial_fills', 'refused:below_minimum'],
  ...['refused:cooldown', 'refused:max_exposure', 'refused:max_open_positions'],
  ...['refused:max_trades_per_day', 'refused:no_cash', 'refused:would_take'],
  ...['risk:max_daily_loss', 'risk:max_drawdown', 'risk:max_exposure', 'risk:ruin', 'risk_limit'],
  ...['roi', 'ruin', 'signal', 'stop_loss', 'take_profit', 'taker_fills', 'time_stop'],
  'trailing_stop',
]

describe('the engine and a second implementation of the execution model', () => {
  it('agree on random runs with everything in them', () => {
    const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
    fc.assert(
      fc.property(seeds, seed => {
        expect(differencesOf(seed).slice(0, 10)).toEqual([])
      }),
      { numRuns: 3000, endOnFailure: true },
    )
  })

  it('are compared in runs that do everything', () => {
    const events = new Set<string>()
    for (let seed = 1; seed <= 1000; seed++) {
      const { spec, markets, legs } = sceneOf(seed)
      const outcome = runEngine(spec, markets, legs)
      for (const name of Object.keys(outcome.events)) events.add(name)
      for (const { exitReason } of outcome.trades) events.add(exitReason)
    }
    expect([...events].sort()).toEqual(EVERYTHING)
  })
})

/** Finer candles by the number of days at which they open. */
function finer(timeframeMs: number, rows: Readonly<Record<number, Row>>): OracleDetail {
  const candles = Object.entries(rows).map(([day, [open, high, low, close]]) => {
    return { time: Number(day) * DAY, open, high, low, close, volume: 1000 }
  })
  return { timeframeMs, candles: candles.sort((a, b) => a.time - b.time) }
}

const flat = (price: number): [number, number, number, number] => [price, price, price, price]

/** The same from both, or the differences. */
function agreed(scene: StageScene): OracleOutcome {
  const engine = play(scene, runEngine)
  const { metrics: _figures, ...oracle } = play(scene)
  const { metrics } = engine
  expect(outcomeDifferences({ ...oracle, metrics }, writtenOf(engine), 10_000)).toEqual([])
  return engine
}

const limits = {
  maxDrawdown: 0,
  maxDailyLoss: 0,
  maxExposure: 0,
  maxOpenPositions: 0,
  maxTradesPerDay: 0,
}

describe('what random runs of both have found', () => {
  it('a target that the first finer candle opens beyond fills at its level, not better', () => {
    const { trades } = agreed({
      rows: { A: [still(100), [100, 120, 99, 115]] },
      says: { A: { 0: long(1) } },
      spec: { exits: { takeProfit: 0.05 } },
      market: {
        detail: finer(DAY / 4, {
          [1.25]: [112, 118, 108, 110],
          [1.5]: [110, 120, 99, 115],
        }),
      },
    })
    expect(trades[0]).toMatchObject({ exitReason: 'take_profit', entryPrice: 100 })
    expect(trades[0]!.exitPrice).toBeCloseTo(105, 9)
  })

  it('an order with no place beyond zero fills what it reduces, and is cancelled', () => {
    const { events, trades } = agreed({
      rows: { A: [still(100), still(100)] },
      says: {
        A: {
          0: orders([
            { side: 'buy', kind: 'limit', price: 100, quantity: 1 },
            { side: 'sell', kind: 'limit', price: 100, quantity: 3 },
          ]),
        },
      },
      spec: { limits: { ...limits, maxTradesPerDay: 1 } },
    })
    expect(trades.map(({ side }) => side)).toEqual(['long'])
    expect(events).toMatchObject({ 'refused:max_trades_per_day': 1, orders_cancelled: 1 })
  })

  it('an entry below the minimum is none of the positions of its day', () => {
    const { events } = agreed({
      rows: { A: [still(100), still(100)], B: [still(100), [100, 100, 90, 100]] },
      says: {
        A: { 0: long(0.001) },
        B: { 0: orders([{ side: 'buy', kind: 'limit', price: 95, quantity: 1 }]) },
      },
      spec: { limits: { ...limits, maxTradesPerDay: 1 } },
      market: { minNotional: 10 },
    })
    expect(events).toMatchObject({ 'refused:below_minimum': 1, entries: 1 })
  })

  it('the rest of a triggered stop opens at an open without a target in that candle', () => {
    const { trades } = agreed({
      rows: { A: [still(100), [100, 102, 100, 101], [100, 110, 100, 104], still(104)] },
      says: {
        A: {
          0: orders([
            { side: 'buy', kind: 'stop', price: 100, quantity: 3 },
            { side: 'sell', kind: 'limit', price: 101, quantity: 1 },
          ]),
        },
      },
      spec: { maxVolumeShare: 0.001, exits: { takeProfit: 0.05 } },
      market: { shortable: false },
    })
    expect(trades.map(({ size, exitReason }) => [size, exitReason])).toEqual([
      [1, 'order'],
      [2, 'end_of_data'],
    ])
  })

  it('an addition that lifts the break-even stop beyond the price is left at once', () => {
    const { trades } = agreed({
      rows: { A: [still(100), [100, 110, 100, 104], [103, 103.2, 103, 103.2], still(103)] },
      says: {
        A: {
          0: long(0.5, { breakEven: 0.01 }),
          1: orders([
            { side: 'buy', kind: 'stop', price: 102.5, quantity: 45 },
            { side: 'sell', kind: 'limit', price: 103.1, quantity: 1 },
          ]),
        },
      },
      spec: { slippage: 0.02 },
    })
    expect(trades).toMatchObject([{ exitReason: 'break_even', parts: 1 }])
    expect(trades[0]!.exitPrice).toBeCloseTo(103 * 0.98, 9)
  })

  it('one mark may breach two limits, and both are told', () => {
    const { events } = agreed({
      rows: { A: [still(100), [100, 100, 80, 80], still(80)] },
      says: { A: { 0: long(1) } },
      spec: { limits: { ...limits, maxDrawdown: 0.05, maxDailyLoss: 0.02 } },
    })
    expect(events).toMatchObject({ 'risk:max_drawdown': 1, 'risk:max_daily_loss': 1 })
  })

  it('what a limit ordered out at a second mark leaves for the limit, not for its time', () => {
    const { trades } = agreed({
      rows: { A: [still(100), still(100), still(100)] },
      says: { A: { 0: long(1, { timeStop: 2 }) } },
      spec: { fill: 'close', slippage: 0.06, limits: { ...limits, maxDrawdown: 0.05 } },
    })
    expect(trades).toMatchObject([{ exitReason: 'risk_limit' }])
  })

  it('an addition within the candle of a ruin is ruined with the rest', () => {
    const { trades, equity } = agreed({
      rows: { A: [still(100), still(100), [100, 500, 100, 500]] },
      says: {
        A: {
          0: short(0.4),
          1: orders([{ side: 'sell', kind: 'limit', price: 120, quantity: 10 }]),
        },
      },
    })
    expect(trades).toMatchObject([{ exitReason: 'ruin', exitPrice: 350, size: 50 }])
    expect(equity.at(-1)).toBeCloseTo(-2300, 6)
  })

  it('a market that has ended counts for ruin with its last close', () => {
    const { trades } = agreed({
      rows: {
        A: [still(100), still(100), still(100), [100, 500, 100, 500]],
        B: [still(100), still(100), [100, 50, 50, 50]],
      },
      says: { A: { 0: short(1) }, B: { 0: long(1) } },
    })
    expect(trades.find(({ symbol }) => symbol === 'A')).toMatchObject({
      exitReason: 'ruin',
      exitPrice: (10_000 - 5000 + 5000 + 2500 - 0) / 50,
    })
  })

  it('a part that leaves one step leaves it, whatever floats say', () => {
    const { trades } = agreed({
      rows: { A: [still(100), still(100), still(100)] },
      says: {
        A: {
          0: orders([{ side: 'buy', kind: 'limit', price: 100, quantity: 0.3 }]),
          1: orders([{ side: 'sell', kind: 'limit', price: 100, quantity: 0.2 }]),
        },
      },
      market: { step: 0.1 },
    })
    expect(trades).toMatchObject([{ parts: 2, exitReason: 'end_of_data' }])
  })

  it('a sale of all that is held opens nothing, whatever floats say', () => {
    const { events } = agreed({
      rows: { A: [still(100), still(100), still(100)] },
      says: {
        A: {
          0: orders([
            { side: 'buy', kind: 'limit', price: 100, quantity: 0.83 },
            { side: 'sell', kind: 'limit', price: 100, quantity: 0.5 },
            { side: 'sell', kind: 'limit', price: 100, quantity: 0.33 },
          ]),
        },
      },
      spec: { limits: { ...limits, maxTradesPerDay: 1 } },
      market: { step: 0.01 },
    })
    expect(events).toMatchObject({ orders_filled: 3 })
    expect(events).not.toHaveProperty('orders_cancelled')
  })

  it('what an order opens and a stop leaves in one candle has seen the whole of it', () => {
    const { trades } = agreed({
      rows: { A: [still(100), [100, 102, 90, 100], still(100)] },
      says: {
        A: {
          0: orders([
            { side: 'buy', kind: 'limit', price: 96, quantity: 1, exits: { stopLoss: 0.02 } },
          ]),
        },
      },
    })
    expect(trades).toMatchObject([{ exitReason: 'stop_loss' }])
    expect(trades[0]!.mae).toBeCloseTo(90 / 96 - 1, 12)
    expect(trades[0]!.mfe).toBeCloseTo(102 / 96 - 1, 12)
  })

  it('a target that a long-only market cannot hold cancels what rests, as FLAT does', () => {
    const { events } = agreed({
      rows: { A: [still(100), still(100), [100, 100, 80, 80]] },
      says: {
        A: {
          0: orders([{ side: 'buy', kind: 'limit', price: 90, quantity: 1 }]),
          1: short(1),
        },
      },
      market: { shortable: false },
    })
    expect(events).toEqual({ orders_placed: 1, orders_cancelled: 1 })
  })

  it('a limit order that takes pays the impact of its size', () => {
    const { trades } = agreed({
      rows: { A: [still(100), still(100)] },
      says: { A: { 0: orders([{ side: 'buy', kind: 'limit', price: 110, quantity: 1 }]) } },
      spec: { impact: { a: 100, b: 0, g: 1 } },
    })
    expect(trades[0]!.entryPrice).toBeCloseTo(101, 9)
  })

  it('two entries that impact makes too dear are cut by one factor', () => {
    const { trades } = agreed({
      rows: { A: [still(100), still(100)], B: [still(100), still(100)] },
      says: { A: { 0: long(1) }, B: { 0: long(1) } },
      spec: { impact: { a: 100, b: 0, g: 1 } },
    })
    expect(trades[0]!.size).toBe(trades[1]!.size)
  })

  it('an order whose price the tick rounds to nothing is refused', () => {
    const { events } = agreed({
      rows: { A: [still(1), still(1)] },
      says: { A: { 0: orders([{ side: 'buy', kind: 'limit', price: 0.2, share: 1 }]) } },
      market: { tick: 0.5 },
    })
    expect(events).toEqual({ orders_placed: 1, orders_refused: 1, 'refused:below_minimum': 1 })
  })

  it('a reduction by whole steps loses none of them to floats', () => {
    const spec = specOf(scripted([0.7, 0.6]), { capital: 1000, market: { step: 0.01 } })
    const candles = rows(flat(100), flat(100), flat(100), flat(100))
    const { trades } = runBacktest({ spec, candles, first: 0 })
    expect(
      trades.map(({ fills }) => fills.map(({ size }) => size)),
      '7 less 6, though 6.99 in floats',
    ).toEqual([[7, 1, 6]])
  })

  it('a target that means the quantity held changes the target and nothing else', () => {
    const spec = specOf(scripted([0.3, 0.5, 0.1, 0.2, 0.8]), {
      capital: 1000,
      market: { step: 0.1 },
      risk: { positionSize: { kind: 'quote', amount: 30 } },
    })
    const candles = rows(...Array.from({ length: 8 }, () => flat(10)))
    const { trades, belowMinimum } = runBacktest({ spec, candles, first: 0 })
    expect(belowMinimum).toBe(0)
    expect(trades).toHaveLength(1)
  })

  it('a scaling rounds what is traded down, so that a step stays where less was meant', () => {
    const prices = [100, 100, 300, 300, 100, 100, 100].map(flat)
    const spec = specOf(scripted([0.2, 0.1, null, null, 0.1, null]), {
      capital: 1000,
      market: { step: 1, minNotional: 100 },
    })
    const { trades, belowMinimum } = runBacktest({ spec, candles: rows(...prices), first: 0 })
    expect(trades.map(({ size, exitReason }) => [size, exitReason])).toEqual([[2, 'end_of_data']])
    expect(belowMinimum).toBe(0)
  })

  it('filled at the close, a time stop of n leaves at the n-th close, the entry candle’s the first', () => {
    const candles = rows(...Array.from({ length: 8 }, () => flat(100)))
    const held = [1, 2, 3, 5].map(timeStop => {
      const spec = specOf(scripted([1]), { fill: 'close', risk: { timeStop } })
      return runBacktest({ spec, candles, first: 0 }).trades[0]!.candles
    })
    expect(held, 'the candle after the entry is the earliest').toEqual([1, 1, 2, 4])
  })

  it('a reversal within the cooldown of a reversal loses its entry, not its exit', () => {
    const candles = rows(...Array.from({ length: 8 }, () => flat(100)))
    const spec = specOf(scripted([1, -1, 1, 1, 1, 1]), {
      market: { shortable: true },
      risk: { cooldown: 2 },
    })
    const { trades } = runBacktest({ spec, candles, first: 0 })
    const index = (time: number): number => time / candles.timeframeMs
    expect(
      trades.map(trade => [trade.side, index(trade.entryTime), index(trade.exitTime)]),
    ).toEqual([
      ['long', 1, 2],
      ['short', 2, 3],
      ['long', 6, 7],
    ])
  })

  it('worst and best return are those of the average price at their time', () => {
    const candles = rows(
      [100, 100, 100, 100],
      [100, 100, 99, 100],
      [120, 120, 120, 120],
      [120, 120, 120, 120],
    )
    const spec = specOf(scripted([0.5, 1]), { capital: 1000 })
    const [trade] = runBacktest({ spec, candles, first: 0 }).trades
    expect(trade!.entryPrice).toBeGreaterThan(105)
    expect(trade!.mae, 'the low of 99 came while the price of entry was 100').toBeCloseTo(-0.01, 12)
  })

  it('an addition above every high gives no best return', () => {
    const candles = rows(...[100, 100, 80, 80].map(flat))
    const spec = specOf(scripted([0.5, 1]), { capital: 1000 })
    const [trade] = runBacktest({ spec, candles, first: 0 }).trades
    expect(trade!.mfe, 'no high has stood above the average of its time').toBe(0)
  })
})
