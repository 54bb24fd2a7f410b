import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marketRegime } from '../../../../src/backtest/stress/regimes/market-regime.js'
import type { RegimeGroup } from '../../../../src/backtest/stress/regimes/regime-group.js'
import {
  regimeBreakdown,
  type RegimeBreakdown,
} from '../../../../src/backtest/stress/regimes/regimes.js'
import { cutCandles, type Candles } from '../../../../src/core/candles/candles.js'
import { DAY_MS, HOUR_MS } from '../../../../src/core/candles/time.js'
import { donchianBreakout } from '../../../../strategies/donchian_breakout.js'
import { marketArbitrary } from '../../../market-generator.js'
import { scripted } from '../../../run-spec.js'
import { candlesAt, dataOf, requestFor, runsOf, synthetic } from '../stress-fixture.js'

const WINDOWS = { volatilityCandles: 5, trendCandles: 5 }

/** A run that enters so that it fills at each of `entries` and leaves a candle later. */
function breakdown(candles: Candles, entries: readonly number[]): RegimeBreakdown {
  const script: number[] = []
  for (const entry of entries) {
    script[entry - 1] = 1
    script[entry] = 0
  }
  const request = requestFor(scripted(script))
  const { outcome } = runsOf(request, candles)
  return regimeBreakdown(request, dataOf(candles), outcome, WINDOWS)
}

const counts = (groups: readonly RegimeGroup[]): Record<string, number> =>
  Object.fromEntries(groups.filter(({ n }) => n > 0).map(({ key, n }) => [key, n]))

/** Prices that swing by `size` a candle around 100. */
const swinging = (count: number, size: number): number[] =>
  Array.from({ length: count }, (_, i) => 100 * (i % 2 === 0 ? 1 : 1 + size))

describe('the market before a candle', () => {
  it('does not hang on that candle or on a later one', () => {
    fc.assert(
      fc.property(marketArbitrary(), fc.nat(39), (candles, i) => {
        const cut = cutCandles(candles, 0, i + 1)
        const other = { ...cut, close: cut.close.slice(), open: cut.open.slice() }
        other.close[i] = cut.close[i]! * 3
        other.open[i] = cut.open[i]! * 3
        const [one, two] = [marketRegime(cut, 0, WINDOWS), marketRegime(other, 0, WINDOWS)]
        expect(two.trendBefore(i)).toBe(one.trendBefore(i))
        expect(two.volatilityBefore(i)).toBe(one.volatilityBefore(i))
        expect(marketRegime(candles, 0, WINDOWS).trendBefore(i)).toBe(one.trendBefore(i))
      }),
    )
  })

  it('is unknown where too few candles came before', () => {
    const regime = marketRegime(synthetic(30), 0, WINDOWS)
    expect([regime.volatilityBefore(5), regime.trendBefore(5)]).toEqual(['unknown', 'unknown'])
    expect([regime.volatilityBefore(6), regime.trendBefore(6)]).not.toContain('unknown')
  })
})

describe('trades by the market at their entry', () => {
  it('lie in the tercile of the volatility before it', () => {
    const prices = [...swinging(40, 0.001), ...swinging(40, 0.01), ...swinging(40, 0.1)]
    const { volatility } = breakdown(candlesAt(prices), [20, 30, 60, 100, 105, 110])
    expect(counts(volatility)).toEqual({ low: 2, middle: 1, high: 3 })
    // The first wild candle is entered out of a calm market.
    expect(counts(breakdown(candlesAt(prices), [80]).volatility)).toEqual({ middle: 1 })
  })

  it('lie in the trend before it', () => {
    const up = Array.from({ length: 30 }, (_, i) => 100 + i)
    const down = Array.from({ length: 30 }, (_, i) => 130 - i)
    const { trend } = breakdown(candlesAt([...up, ...down]), [3, 12, 20, 30, 50])
    expect(counts(trend)).toEqual({ unknown: 1, up: 3, down: 1 })
    const [rising, falling] = [trend[0]!, trend[1]!]
    expect([rising.key, rising.winRate]).toEqual(['up', 2 / 3])
    expect([falling.key, falling.winRate]).toEqual(['down', 0])
    expect(falling.meanReturn).toBeCloseTo(109 / 110 - 1, 9)
  })
})

describe('trades by the calendar', () => {
  // 2024-12-30 is a Monday.
  const start = Date.UTC(2024, 11, 30)
  const candles = candlesAt(
    Array.from({ length: 24 * 5 }, (_, i) => 100 + i / 10),
    start,
  )
  // Monday 05:00, Tuesday 05:00, Wednesday 23:00 of the new year, Friday 02:00.
  const split = breakdown(candles, [5, 29, 71, 98])

  it('lie in the hour, weekday, month and year of their entry', () => {
    expect(counts(split.hour)).toEqual({ '02': 1, '05': 2, '23': 1 })
    expect(counts(split.weekday)).toEqual({ monday: 1, tuesday: 1, wednesday: 1, friday: 1 })
    expect(counts(split.month)).toEqual({ '01': 2, '12': 2 })
    expect(counts(split.year)).toEqual({ 2024: 2, 2025: 2 })
    expect(split.year.map(({ key }) => key)).toEqual(['2024', '2025'])
  })

  it('come with the days that lie there, and hours have none', () => {
    expect(split.year.map(({ days }) => days)).toEqual([2, 3])
    expect(split.weekday.map(({ days }) => days)).toEqual([1, 1, 1, 1, 1, 0, 0])
    expect(split.hour.every(({ days, sharpe }) => days === null && sharpe === null)).toBe(true)
    const tuesday = split.weekday[1]!
    expect(tuesday.meanDailyReturn).toBeCloseTo(103 / 102.9 - 1, 9)
  })

  it('share the whole profit', () => {
    for (const groups of [split.hour, split.weekday, split.month, split.year, split.trend]) {
      const sum = (pick: (group: RegimeGroup) => number): number =>
        groups.reduce((total, group) => total + pick(group), 0)
      expect(sum(({ n }) => n)).toBe(split.n)
      expect(sum(({ profitShare }) => profitShare!)).toBeCloseTo(1, 9)
    }
  })
})

describe('a breakdown', () => {
  it('counts every trade and every day once in each split', () => {
    const request = requestFor(donchianBreakout, {
      costs: { ...requestFor(donchianBreakout).costs },
    })
    const candles = synthetic(3000)
    const { outcome } = runsOf(request, candles)
    const made = regimeBreakdown(request, dataOf(candles), outcome)
    expect(made.windows).toEqual({ volatilityCandles: 24, trendCandles: 168 })
    expect(made.days).toBe(Math.ceil((3000 * HOUR_MS) / DAY_MS))
    const pnl = outcome.trades.reduce((sum, trade) => sum + trade.pnl, 0)
    for (const groups of [made.volatility, made.trend, made.weekday, made.month, made.year]) {
      expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(made.n)
      expect(groups.reduce((sum, { days }) => sum + days!, 0)).toBe(made.days)
      expect(groups.reduce((sum, { netPnl }) => sum + netPnl, 0)).toBeCloseTo(pnl, 6)
    }
  })

  it('says why it has no shares', () => {
    expect(breakdown(synthetic(50), []).reason).toBe('the run has no closed trade')
    const falling = candlesAt(Array.from({ length: 40 }, (_, i) => 100 - i))
    const made = breakdown(falling, [10, 20])
    expect(made.reason).toBe('there is no profit to take a share of')
    expect(made.trend.every(({ profitShare }) => profitShare === null)).toBe(true)
  })
})
