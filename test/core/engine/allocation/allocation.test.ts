import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runPortfolio } from '../../../../src/backtest/portfolio/portfolio-backtest.js'
import type { Candles } from '../../../../src/core/candles/candles.js'
import {
  annualVolatility,
  DEFAULT_ALLOCATION,
  inverseVolatilityWeights,
  kellyBet,
  kellyWeights,
  volatilityTargetWeights,
  type TradeRecord,
} from '../../../../src/core/engine/allocation/allocation.js'
import { Allocator } from '../../../../src/core/engine/allocation/allocator.js'
import { contributionsOf } from '../../../../src/core/metrics/contribution.js'
import { DAY_MS } from '../../../../src/core/candles/time.js'
import { TradeLog } from '../../../../src/core/account/trade-log.js'
import { portfolioArbitrary } from '../../../backtest/portfolio/portfolio-arbitrary.js'

/** Volatility a year by the textbook, from daily closes that were looked up one by one. */
function naiveVolatility(candles: Candles, time: number, window: number): number | null {
  const today = Math.floor(time / DAY_MS)
  const closes: [day: number, close: number][] = []
  for (let day = today - 1 - window; day < today; day++) {
    const inDay = Array.from({ length: candles.length }, (_, i) => i).filter(
      i => Math.floor(candles.time[i]! / DAY_MS) === day && candles.time[i]! < time,
    )
    if (inDay.length > 0) closes.push([day, candles.close[inDay.at(-1)!]!])
  }
  const returns = closes.slice(1).map(([, close], k) => close / closes[k]![1] - 1)
  if (returns.length < window / 2 || returns.length < 2) return null
  const mean = returns.reduce((a, b) => a + b, 0) / returns.length
  const variance = returns.reduce((a, b) => a + (b - mean) ** 2, 0) / (returns.length - 1)
  const days = closes.at(-1)![0] - closes[0]![0]
  return variance < 1e-26 ? null : Math.sqrt((variance * 365 * returns.length) / days)
}

describe('weights', () => {
  it('by volatility are those of the textbook, at every rebalance of any portfolio', () => {
    let known = 0
    fc.assert(
      fc.property(
        portfolioArbitrary,
        fc.constantFrom('volatility' as const, 'inverse-volatility' as const),
        (input, method) => {
          const allocation = {
            ...input.spec.allocation,
            method,
            rebalance: '1d' as const,
            windowDays: 2,
          }
          const { weights, legs } = runPortfolio({ ...input, spec: { ...input.spec, allocation } })
          for (const row of weights) {
            const sigma = legs.map(({ symbol }) => {
              const market = input.markets.find(one => one.legs[0]!.market.symbol === symbol)!
              return naiveVolatility(market.candles, row.time, 2)
            })
            const n = legs.length
            known += sigma.filter(value => value !== null).length
            let expected: number[]
            if (method === 'inverse-volatility') {
              const total = sigma.reduce((sum: number, s) => sum + (s === null ? 0 : 1 / s), 0)
              const unknown = sigma.filter(s => s === null).length
              expected = sigma.map(s => (s === null ? 1 / n : (1 - unknown / n) / (s * total)))
              expect(row.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 9)
            } else {
              const raw = sigma.map(s => (s === null ? 1 / n : allocation.targetVolatility / n / s))
              const total = raw.reduce((a, b) => a + b)
              expected = raw.map(weight => weight / Math.max(1, total))
            }
            row.weights.forEach((weight, k) => expect(weight).toBeCloseTo(expected[k]!, 9))
          }
        },
      ),
      { numRuns: 40 },
    )
    expect(known, 'the property says something').toBeGreaterThan(20)
  })

  it('by Kelly come from the trades that were closed before', () => {
    let bets = 0
    fc.assert(
      fc.property(portfolioArbitrary, input => {
        const allocation = {
          ...DEFAULT_ALLOCATION,
          method: 'kelly' as const,
          rebalance: '1d' as const,
        }
        const { weights, legs, trades } = runPortfolio({
          ...input,
          spec: { ...input.spec, allocation, keepOpen: true },
        })
        for (const row of weights) {
          const raw = legs.map(leg => {
            const own = trades
              .filter(
                ({ symbol, strategy, exitTime }) =>
                  symbol === leg.symbol && strategy === leg.strategy && exitTime < row.time,
              )
              .map(trade => trade.return)
            if (own.length < 20) return 1 / legs.length
            bets += 1
            const won = own.filter(value => value > 0)
            const lost = own.filter(value => value < 0)
            if (won.length === 0) return 0
            const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length
            const share = won.length / own.length
            const bet = lost.length === 0 ? share : share - (1 - share) / (mean(won) / -mean(lost))
            return Math.min(0.25, 0.5 * Math.max(0, bet))
          })
          const total = Math.max(
            1,
            raw.reduce((a, b) => a + b),
          )
          row.weights.forEach((weight, k) => expect(weight).toBeCloseTo(raw[k]! / total, 9))
        }
      }),
      { numRuns: 60 },
    )
    expect(bets, 'the property says something').toBeGreaterThan(5)
  })

  it('of legs without a volatility are 1/n, and the others divide the rest', () => {
    expect(inverseVolatilityWeights([null, 0.5, 1])).toEqual([1 / 3, 4 / 9, 2 / 9])
    expect(inverseVolatilityWeights([null, null])).toEqual([0.5, 0.5])
    expect(volatilityTargetWeights([0.4, null], 0.2)).toEqual([0.25, 0.5])
  })

  it('never ask for more than the account', () => {
    const weights = volatilityTargetWeights([0.1, 0.3], 0.6)
    expect(weights).toEqual([expect.closeTo(0.75, 12), expect.closeTo(0.25, 12)])
  })

  it('of Kelly follow the formula, with fraction and cap', () => {
    const record = (over: Partial<TradeRecord>): TradeRecord => ({
      trades: 20,
      wins: 12,
      losses: 8,
      gain: 0.6,
      loss: 0.2,
      ...over,
    })
    // W 0.6, R (0.6 / 12) / (0.2 / 8) = 2: 0.6 - 0.4 / 2.
    expect(kellyBet(record({}))).toBeCloseTo(0.4, 12)
    expect(kellyBet(record({ trades: 19 }))).toBeNull()
    expect(kellyBet(record({ wins: 0, losses: 20, gain: 0 }))).toBe(0)
    const both = [record({}), record({ gain: 0.05 })]
    expect(kellyWeights(both, { kellyFraction: 0.5, kellyCap: 1 })).toEqual([
      expect.closeTo(0.2, 12),
      0,
    ])
    expect(kellyWeights(both, { kellyFraction: 0.5, kellyCap: 0.1 })).toEqual([0.1, 0])
  })
})

describe('a volatility', () => {
  it('is annualised by the days between the closes', () => {
    const closes = [100, 110, 99, 108]
    const daily = annualVolatility([0, 1, 2, 3], closes)!
    expect(annualVolatility([0, 2, 4, 6], closes)).toBeCloseTo(daily / Math.SQRT2, 12)
    expect(annualVolatility([0, 1], [1, 2])).toBeNull()
    expect(annualVolatility([0, 1, 2], [5, 5, 5])).toBeNull()
  })
})

describe('rebalancing', () => {
  const due = (rebalance: '1d' | '1w' | 'never', method: 'kelly' | 'equal' = 'kelly'): number[] => {
    const allocator = new Allocator({ ...DEFAULT_ALLOCATION, method, rebalance }, [0], [1])
    const found: number[] = []
    // 1970-01-01 was a Thursday.
    for (let hour = 0; hour < 24 * 15; hour += 6) {
      if (allocator.isDue(hour * 3_600_000)) found.push(hour / 24)
    }
    return found
  }

  it('is due at the start, and on each day or each Monday', () => {
    expect(due('1d')).toEqual(Array.from({ length: 15 }, (_, day) => day))
    expect(due('1w')).toEqual([0, 4, 11])
    expect(due('never')).toEqual([0])
    expect(due('1d', 'equal'), 'nothing could change').toEqual([0])
  })

  it('has nothing to say of trades before there are any', () => {
    const allocator = new Allocator({ ...DEFAULT_ALLOCATION, method: 'kelly' }, [0, 0], [1, 1])
    expect(allocator.weigh(0, new TradeLog())).toEqual([0.5, 0.5])
  })
})

describe('contributions', () => {
  it('are those that can be reckoned by hand', () => {
    const days = [0, 1, 2, 3].map(day => day * DAY_MS)
    const run = {
      capital: 100,
      timeframeMs: DAY_MS,
      time: Float64Array.from(days),
      equity: Float64Array.of(110, 104, 99, 130),
      gains: [Float64Array.of(10, 6, -1, 20), Float64Array.of(0, -2, 0, 10)],
    }
    const { legs, correlations } = contributionsOf(run)
    expect(legs.map(leg => leg.pnl)).toEqual([20, 10])
    expect(legs[0]!.drawdown).toBeCloseTo(-11 / 110, 12)
    expect(legs[1]!.drawdown).toBe(0)
    const pearson = (a: number[], b: number[]): number => {
      const mean = (x: number[]) => x.reduce((s, v) => s + v, 0) / x.length
      const cov = (x: number[], y: number[]) =>
        x.reduce((s, v, k) => s + (v - mean(x)) * (y[k]! - mean(y)), 0)
      return cov(a, b) / Math.sqrt(cov(a, a) * cov(b, b))
    }
    expect(correlations[0]![1]).toBeCloseTo(pearson([10, -4, -7, 21], [0, -2, 2, 10]), 12)
    expect(correlations[1]![1]).toBe(1)
  })

  it('of a leg that never traded are nothing, and it correlates with nothing', () => {
    const { legs, correlations } = contributionsOf({
      capital: 100,
      timeframeMs: DAY_MS,
      time: Float64Array.of(0, DAY_MS, 2 * DAY_MS),
      equity: Float64Array.of(101, 100, 103),
      gains: [Float64Array.of(1, 0, 3), new Float64Array(3)],
    })
    expect(legs[1]).toEqual({ pnl: 0, return: 0, volatility: 0, volatilityShare: 0, drawdown: 0 })
    expect(correlations).toEqual([
      [1, null],
      [null, null],
    ])
  })
})
