import { expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run/replay/backtest.js'
import { createKernel } from '../../src/backtest/kernel/wasm-kernel.js'
import { cutCandles, type Candles } from '../../src/core/candles/candles.js'
import { MINUTE_MS } from '../../src/core/candles/time.js'
import { maCrossover } from '../../strategies/ma_crossover.js'
import { specOf } from '../run-spec.js'
import { describeWithData, readShared } from './shared-data.js'

/** Entry and exit times of a long position from each cross of two averages to the next, by whole numbers. */
function tradesOfFractions({ time, close, length }: Candles, fast: number, slow: number): string[] {
  const sums = new Array<bigint>(length + 1).fill(0n)
  for (let i = 0; i < length; i++) sums[i + 1] = sums[i]! + BigInt(Math.round(close[i]! * 1e8))
  const gap = (i: number): bigint =>
    (sums[i + 1]! - sums[i + 1 - fast]!) * BigInt(slow) -
    (sums[i + 1]! - sums[i + 1 - slow]!) * BigInt(fast)
  const trades: string[] = []
  let entry: number | null = null
  for (let i = slow; i < length - 1; i++) {
    const isOver = gap(i - 1) <= 0n && gap(i) > 0n
    const isUnder = gap(i - 1) >= 0n && gap(i) < 0n
    if (isOver) entry ??= time[i + 1]!
    if (!isUnder || entry === null) continue
    trades.push(`${entry} ${time[i + 1]!}`)
    entry = null
  }
  if (entry !== null) trades.push(`${entry} ${time[length - 1]!}`)
  return trades
}

function tradesOf(candles: Candles, fast: number, slow: number, first = 0): string[] {
  const spec = specOf(maCrossover, { params: { fast_ma: fast, slow_ma: slow, min_volume: 0 } })
  const outcome = runBacktest({ spec, candles, first })
  const byKernel = runBacktest({ spec, candles, first, kernel: createKernel() })
  expect(byKernel.tradeRows).toEqual(outcome.tradeRows)
  return outcome.trades.map(({ entryTime, exitTime }) => `${entryTime} ${exitTime}`)
}

describeWithData('crosses on real candles', () => {
  const minutes = cutCandles(
    readShared('sol-usdt_binance-spot_1m_2023.csv.gz', MINUTE_MS),
    0,
    20_000,
  )

  it('are those of exact decimals, also where averages are equal', () => {
    const trades = tradesOf(minutes, 5, 10)
    expect(trades).toHaveLength(1108)
    expect(trades).toEqual(tradesOfFractions(minutes, 5, 10))
    expect(tradesOf(minutes, 10, 30)).toEqual(tradesOfFractions(minutes, 10, 30))
    const hours = readShared('usdc-usdt_binance-spot_1h.csv', 60 * MINUTE_MS)
    expect(tradesOf(hours, 5, 10)).toEqual(tradesOfFractions(hours, 5, 10))
  })

  it('do not hang on the candles before the window', () => {
    const start = 600
    const whole = tradesOf(minutes, 10, 30, start)
    for (const skipped of [1, 7, 500]) {
      const late = cutCandles(minutes, skipped, minutes.length)
      expect(tradesOf(late, 10, 30, start - skipped), `${skipped} candles fewer`).toEqual(whole)
    }
  })
})
