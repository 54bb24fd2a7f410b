import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../../src/backtest/run/replay/backtest.js'
import type { PricePath } from '../../../../src/core/trading/fills/protection.js'
import { rows } from '../../../market-generator.js'
import { scripted, specOf } from '../../../run-spec.js'

type Row = readonly [number, number, number, number]

const ENTRY: Row = [100, 100, 100, 100]

/** Long from 100 at the second candle's open; the third candle is the case. */
function exitIn(candle: Row, risk: Record<string, number>, path: PricePath = 'pessimistic') {
  const spec = specOf(scripted([1]), { risk, path })
  const candles = rows(ENTRY, ENTRY, candle, [candle[3], candle[3], candle[3], candle[3]])
  return runBacktest({ spec, candles, first: 0 }).trades[0]!
}

const BRACKET = { stopLoss: 0.05, takeProfit: 0.05 }

describe('six candles, long from 100, stop 95, target 105', () => {
  it('A: a gap below the stop fills at the open', () => {
    expect(exitIn([90, 92, 88, 91], BRACKET)).toMatchObject({
      exitPrice: 90,
      exitReason: 'stop_loss',
      ambiguous: false,
    })
  })

  it('B: a gap below the stop that rebounds fills at the open all the same', () => {
    expect(exitIn([90, 96, 88, 95.5], BRACKET)).toMatchObject({
      exitPrice: 90,
      exitReason: 'stop_loss',
    })
  })

  it('C: both inside one candle is the stop, flagged, bounded by 95 and 105', () => {
    expect(exitIn([100, 106, 94, 100], BRACKET)).toMatchObject({
      exitPrice: 95,
      exitReason: 'stop_loss',
      ambiguous: true,
    })
    expect(exitIn([100, 106, 94, 100], BRACKET, 'optimistic')).toMatchObject({
      exitPrice: 105,
      exitReason: 'take_profit',
    })
  })

  it('D: a gap above the target fills at the open, for the order rests at the venue', () => {
    expect(exitIn([110, 112, 108, 111], BRACKET)).toMatchObject({
      exitPrice: 110,
      exitReason: 'take_profit',
      ambiguous: false,
    })
  })

  it('E: a candle’s own high does not tighten the stop it is checked against; the bound does', () => {
    expect(exitIn([100, 110, 96, 108], { trailingStop: 0.05 })).toMatchObject({
      exitReason: 'end_of_data',
      exitPrice: 108,
    })
    expect(exitIn([100, 110, 96, 108], { trailingStop: 0.05 }, 'optimistic')).toMatchObject({
      exitReason: 'trailing_stop',
      exitPrice: 104.5,
    })
  })

  it('E: the next candle is checked against the tightened stop', () => {
    const spec = specOf(scripted([1]), { risk: { trailingStop: 0.05 } })
    const candles = rows(ENTRY, ENTRY, [100, 110, 96, 108], [108, 108, 104, 106])
    expect(runBacktest({ spec, candles, first: 0 }).trades[0]).toMatchObject({
      exitPrice: 104.5,
      exitReason: 'trailing_stop',
    })
  })

  it('F: the candle of the entry is live for its stop', () => {
    const spec = specOf(scripted([1]), { risk: { stopLoss: 0.05 } })
    const candles = rows(ENTRY, [100, 101, 94, 99])
    expect(runBacktest({ spec, candles, first: 0 }).trades[0]).toMatchObject({
      exitPrice: 95,
      exitReason: 'stop_loss',
      candles: 0,
      entryTime: 3_600_000,
      exitTime: 3_600_000,
    })
  })
})

describe('which stop it was', () => {
  it('is the trailing stop only where its level is strictly higher', () => {
    expect(exitIn([100, 100, 90, 95], { stopLoss: 0.05, trailingStop: 0.05 }).exitReason).toBe(
      'stop_loss',
    )
    expect(exitIn([100, 100, 90, 95], { stopLoss: 0.05, trailingStop: 0.04 }).exitReason).toBe(
      'trailing_stop',
    )
  })

  it('is the tighter of the two levels', () => {
    expect(exitIn([100, 100, 90, 95], { stopLoss: 0.03, trailingStop: 0.04 }).exitPrice).toBe(97)
  })
})

describe('a short mirrors a long', () => {
  const short = (candle: Row, risk: Record<string, number>) => {
    const spec = specOf(scripted([-1]), { risk, market: { shortable: true } })
    const candles = rows(ENTRY, ENTRY, candle, [candle[3], candle[3], candle[3], candle[3]])
    return runBacktest({ spec, candles, first: 0 }).trades[0]!
  }

  it('is stopped above its entry, at the open after a gap', () => {
    expect(short([102, 106, 101, 103], BRACKET)).toMatchObject({
      exitPrice: 105,
      exitReason: 'stop_loss',
      side: 'short',
    })
    expect(short([110, 112, 108, 111], BRACKET)).toMatchObject({
      exitPrice: 110,
      exitReason: 'stop_loss',
    })
  })

  it('takes profit below its entry, and the stop wins where both are touched', () => {
    expect(short([99, 100, 94, 96], BRACKET)).toMatchObject({
      exitPrice: 95,
      exitReason: 'take_profit',
    })
    expect(short([100, 106, 94, 100], BRACKET)).toMatchObject({
      exitPrice: 105,
      exitReason: 'stop_loss',
      ambiguous: true,
    })
  })

  it('trails from the trough', () => {
    const spec = specOf(scripted([-1]), {
      risk: { trailingStop: 0.05 },
      market: { shortable: true },
    })
    const candles = rows(ENTRY, ENTRY, [100, 100, 80, 82], [82, 85, 82, 84])
    expect(runBacktest({ spec, candles, first: 0 }).trades[0]).toMatchObject({
      exitPrice: 84,
      exitReason: 'trailing_stop',
    })
  })
})

describe('opens outside high and low, as some venues print them', () => {
  it('fills inside the range that open, high and low span', () => {
    const trade = exitIn([94, 93, 90, 92], { stopLoss: 0.05 })
    expect(trade.exitPrice).toBe(94)
  })
})
