import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import { runPortfolio } from '../../../src/backtest/portfolio/portfolio-backtest.js'
import { outcomeHash } from '../../outcome-hash.js'
import { cutCandles } from '../../../src/core/candles/candles.js'
import type { TradingEvent } from '../../../src/core/account/events.js'
import { DEFAULT_ALLOCATION } from '../../../src/core/engine/allocation/allocation.js'
import { marketArbitrary } from '../../market-generator.js'
import { runArbitrary } from '../../run-arbitrary.js'
import { portfolioArbitrary } from './portfolio-arbitrary.js'

describe('a portfolio of one symbol', () => {
  it('is the backtest of that symbol: events, trades, equity, metrics and hash', () => {
    let trades = 0
    fc.assert(
      fc.property(marketArbitrary(60, 140), runArbitrary, fc.nat(30), (candles, run, first) => {
        const legs = [...run.legs].sort((a, b) => (a.strategy.name < b.strategy.name ? -1 : 1))
        const { legs: _legs, ...whole } = run
        const [alone, together]: TradingEvent[][] = [[], []]
        const backtest = runBacktest({
          spec: { ...whole, legs },
          candles,
          first,
          sink: event => alone!.push(event),
        })
        const portfolio = runPortfolio({
          spec: { ...whole, allocation: DEFAULT_ALLOCATION },
          markets: [{ candles, first, legs }],
          sink: event => together!.push(event),
        })
        expect(together).toEqual(alone)
        expect(portfolio.equity).toEqual(backtest.equity)
        expect(portfolio.metrics).toEqual(backtest.metrics)
        expect(portfolio.trades.map(({ symbol: _symbol, ...trade }) => trade)).toEqual(
          backtest.trades,
        )
        expect(outcomeHash(portfolio)).toBe(outcomeHash(backtest))
        expect(portfolio.markets[0]!.decideFrom).toBe(backtest.decideFrom)
        trades += backtest.trades.length
      }),
      { numRuns: 150 },
    )
    expect(trades).toBeGreaterThan(200)
  })

  it('and one strategy gives its leg the metrics of the whole', () => {
    fc.assert(
      fc.property(marketArbitrary(60, 140), runArbitrary, (candles, run) => {
        const { legs, ...whole } = run
        const one = [{ ...legs[0]!, weight: 1 }]
        const spec = { ...whole, allocation: DEFAULT_ALLOCATION }
        const outcome = runPortfolio({ spec, markets: [{ candles, first: 0, legs: one }] })
        const [leg] = outcome.legs
        for (const [name, value] of Object.entries(outcome.metrics)) {
          const own = leg!.metrics[name as keyof typeof outcome.metrics]
          if (value === null || own === null) continue
          expect(Math.abs(own - value), name).toBeLessThanOrEqual(
            1e-6 * Math.max(1, Math.abs(value)),
          )
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('a portfolio of several symbols', () => {
  it('does not depend on the order in which markets and strategies are given', () => {
    fc.assert(
      fc.property(portfolioArbitrary, fc.array(fc.nat(), { minLength: 12 }), (input, keys) => {
        let k = 0
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map(value => ({ value, key: keys[k++ % keys.length]! }))
            .sort((a, b) => a.key - b.key)
            .map(({ value }) => value)
            .reverse()
        const other = {
          ...input,
          markets: shuffled(
            input.markets.map(market => ({ ...market, legs: shuffled(market.legs) })),
          ),
        }
        const [a, b] = [runPortfolio(input), runPortfolio(other)]
        expect(outcomeHash(b)).toBe(outcomeHash(a))
        expect(b.legs).toEqual(a.legs)
        expect(b.weights).toEqual(a.weights)
        expect(b.correlations).toEqual(a.correlations)
      }),
      { numRuns: 60 },
    )
  })

  it('has legs that sum to the whole: return, volatility and worst drawdown', () => {
    fc.assert(
      fc.property(portfolioArbitrary, input => {
        const { legs, metrics } = runPortfolio(input)
        if (metrics.finalEquity <= 0) return
        const sum = (of: (leg: (typeof legs)[number]) => number): number =>
          legs.reduce((total, leg) => total + of(leg), 0)
        expect(sum(leg => leg.contribution.return)).toBeCloseTo(metrics.totalReturn, 8)
        expect(sum(leg => leg.contribution.drawdown)).toBeCloseTo(-metrics.maxDrawdown, 8)
        expect(sum(leg => leg.metrics.trades)).toBe(metrics.trades)
        expect(sum(leg => leg.metrics.feesPaid)).toBeCloseTo(metrics.feesPaid, 6)
        if (legs[0]!.contribution.volatility === null || metrics.volatility === null) return
        expect(sum(leg => leg.contribution.volatility!)).toBeCloseTo(metrics.volatility, 8)
        expect(sum(leg => leg.contribution.volatilityShare!)).toBeCloseTo(1, 8)
      }),
      { numRuns: 60 },
    )
  })

  it('has gains that sum to the equity, and holds its markets in equal shares', () => {
    fc.assert(
      fc.property(portfolioArbitrary, input => {
        const { legs, equity, hold, time, metrics } = runPortfolio(input)
        const { capital } = input.spec
        expect(hold).toHaveLength(time.length)
        expect(hold.at(-1)! / capital - 1).toBeCloseTo(metrics.buyAndHoldReturn, 9)
        for (const i of [0, time.length >> 1, time.length - 1]) {
          const sum = legs.reduce((total, { gains }) => total + gains[i]!, capital)
          expect(Math.abs(sum - equity[i]!)).toBeLessThanOrEqual(1e-9 * capital * 1000)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('looks at no candle before it has closed: the future changes no weight and no equity of the past', () => {
    fc.assert(
      fc.property(portfolioArbitrary, fc.integer({ min: 30, max: 90 }), (input, hour) => {
        const until = hour * input.markets[0]!.candles.timeframeMs
        const isThere = input.markets.every(({ candles, first }) => candles.time[first]! < until)
        fc.pre(isThere)
        const changed = {
          ...input,
          markets: input.markets.map(market => {
            const { candles } = market
            const copy = { ...cutCandles(candles, 0, candles.length) }
            for (const column of ['open', 'high', 'low', 'close', 'volume'] as const) {
              copy[column] = candles[column].map((value, i) =>
                candles.time[i]! >= until ? value * 3 : value,
              )
            }
            return { ...market, candles: copy }
          }),
        }
        const [a, b] = [runPortfolio(input), runPortfolio(changed)]
        const past = ({ weights }: typeof a) => weights.filter(({ time }) => time <= until)
        expect(past(b)).toEqual(past(a))
        const points = a.time.filter(time => time < until).length
        expect(b.equity.slice(0, points)).toEqual(a.equity.slice(0, points))
      }),
      { numRuns: 60 },
    )
  })
})
