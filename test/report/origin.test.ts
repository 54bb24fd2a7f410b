import { expect, it } from 'vitest'
import { originOf } from '../../src/backtest/run/record/candle-origin.js'
import { originRows } from '../../src/report/model/run/settings-text.js'
import { candlesFrom, type Candle } from '../../src/core/candles/candles.js'

const at = (minute: number): Candle => ({
  time: minute * 60_000,
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume: 1,
})
const candles = candlesFrom(60_000, [at(0), at(1), at(4)])
const fetched = { adapter: 'binance 1', at: Date.UTC(2026, 2, 2, 12) }

it('says of fetched candles whose they are, when they were fetched and what is missing', () => {
  const origin = originOf({ source: 'binance', fetched }, candles)
  expect(origin).toEqual({
    source: 'binance',
    adapter: 'binance 1',
    fetchedAt: fetched.at,
    missing: 2,
  })
  expect(originRows({ origin })).toEqual([
    [
      'candles',
      'binance, fetched 2026-03-02T12:00:00Z by adapter binance 1, 2 missing in the range',
    ],
  ])
})

it('says nothing of imported ones', () => {
  expect(originRows({ origin: originOf({}, candles) })).toEqual([])
})
