import { describe, expect, it } from 'vitest'
import { FLAT, long, orders, short } from '../../src/core/strategy/intent.js'
import type { OracleCandle } from './model.js'
import { DAY, play, still } from './stage.js'

describe('the second oracle, on values worked out by hand', () => {
  it('sells half at 120 and the rest at 90 as one position', () => {
    const { trades, equity } = play({
      rows: {
        A: [
          still(100),
          still(100),
          [100, 120, 100, 120],
          still(120),
          [120, 120, 90, 90],
          still(90),
        ],
      },
      says: { A: { 0: long(1), 2: long(0.5), 4: FLAT } },
      spec: { feeRate: 0.001 },
    })
    expect(trades).toHaveLength(1)
    expect(trades[0]).toMatchObject({ parts: 2, exitReason: 'signal' })
    expect(equity.at(-1)).toBeCloseTo(10_480.516486516, 6)
  })

  it('stops a short in the candle in which a long was turned into it', () => {
    const { trades, equity } = play({
      rows: { A: [still(100), [100, 110, 100, 110], [110, 112, 108, 110], [110, 130, 105, 120]] },
      says: { A: { 0: long(1), 2: short(1) } },
      spec: { feeRate: 0.001, slippage: 0.0005, exits: { stopLoss: 0.1 } },
    })
    expect(trades.map(trade => trade.exitReason)).toEqual(['signal', 'stop_loss'])
    expect(trades[1]!.exitPrice).toBeCloseTo(120.99996975, 8)
    expect(equity.at(-1)).toBeCloseTo(9842.400434193061, 6)
  })

  it('closes a short once where its first entry says, after an add', () => {
    const { trades } = play({
      rows: { A: [still(100), [100, 100, 90, 90], [90, 95, 88, 92], [92, 115, 92, 112]] },
      says: { A: { 0: short(0.3), 1: short(0.6) } },
      spec: { exits: { stopLoss: 0.1 } },
    })
    expect(trades).toHaveLength(1)
    expect(trades[0]!.exitPrice).toBeCloseTo(110, 9)
    expect(trades[0]!.pnl).toBeCloseTo(-1073.33333332, 6)
  })

  it.each([
    ['AAA', 'ZZZ'],
    ['ZZZ', 'AAA'],
  ])('lets %s, sold at an open, pay for %s, bought at it', (seller, buyer) => {
    const { equity } = play({
      rows: {
        [seller]: [still(100), still(100), [100, 300, 100, 300], still(300)],
        [buyer]: [still(100), still(100), still(100), [100, 150, 100, 150]],
      },
      says: { [seller]: { 0: long(1), 2: FLAT }, [buyer]: { 2: long(1) } },
    })
    expect(equity.at(-1)).toBeCloseTo(25_000, 6)
  })

  it('ruins a short inside the candle in which its equity reaches 0', () => {
    const { trades, equity, metrics } = play({
      rows: { A: [still(100), still(100), [100, 150, 100, 150], [150, 250, 150, 250], still(90)] },
      says: { A: { 0: short(1), 3: long(1) } },
    })
    expect(trades).toMatchObject([{ exitReason: 'ruin', exitPrice: 200 }])
    expect(equity.slice(-2)).toEqual([0, 0])
    expect(metrics).toMatchObject({ ruined_at: 3 * DAY, sharpe: null })
  })

  it('rounds prices of orders to the tick, away from the market', () => {
    const { trades } = play({
      rows: { A: [still(100), [100, 103, 97, 100], [100, 103, 97, 100], still(100)] },
      says: {
        A: {
          0: orders([
            { side: 'buy', kind: 'limit', price: 98.3, quantity: 1 },
            { side: 'sell', kind: 'limit', price: 101.2, quantity: 1 },
          ]),
        },
      },
      market: { tick: 0.5 },
    })
    expect(trades).toMatchObject([{ entryPrice: 98, exitPrice: 101.5 }])
  })

  it('takes the order of prices inside a candle from finer ones, where they reach both its ends', () => {
    const exits = { stopLoss: 0.05, takeProfit: 0.05 }
    const half = (high: number, low: number, close: number, number: number): OracleCandle => ({
      time: DAY + (number * DAY) / 2,
      ...{ open: number === 0 ? 100 : 104, high, low, close, volume: 1 },
    })
    const sold = (...candles: OracleCandle[]): unknown =>
      play({
        rows: { A: [still(100), [100, 106, 94, 100]] },
        says: { A: { 0: long(1) } },
        spec: { exits },
        market: { detail: { timeframeMs: DAY / 2, candles } },
      }).trades.map(({ exitReason, exitPrice, mae, mfe }) => [exitReason, exitPrice, mae, mfe])
    const up = half(106, 99, 104, 0)
    expect(sold(up, half(104, 94, 100, 1))).toEqual([
      ['take_profit', 105, expect.closeTo(-0.01), expect.closeTo(0.06)],
    ])
    expect(sold(up)).toEqual([['stop_loss', 95, expect.closeTo(-0.06), expect.closeTo(0.06)]])
  })
})
