import { describe, expect, it } from 'vitest'
import { meanInterval, wilsonInterval } from '../../../src/backtest/results/metric-intervals.js'
import { metricCards } from '../../../src/backtest/results/metric-cards.js'
import { bootstrapIntervals } from '../../../src/core/statistics/resampling/bootstrap.js'
import { dailyReturns } from '../../../src/core/metrics/metrics.js'
import { probabilisticSharpe } from '../../../src/core/statistics/sharpe/probabilistic-sharpe.js'
import { sampleReport } from '../run/sample-report.js'

describe('the interval of a share', () => {
  // Newcombe (1998), https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is as published', (hits, count, low, high) => {
    const [from, to] = wilsonInterval(hits, count)
    expect(from).toBeCloseTo(low, 4)
    expect(to).toBeCloseTo(high, 4)
  })

  it('lies within 0 and 1', () => {
    expect(wilsonInterval(1, 1)[1]).toBeLessThanOrEqual(1)
    expect(wilsonInterval(0, 1)[0]).toBe(0)
  })
})

describe('the interval of a mean', () => {
  it('is that of Student', () => {
    // t of 4 degrees of freedom at 0.975 is 2.776445; deviation √2.5, by √5.
    const [low, high] = meanInterval(Float64Array.of(1, 2, 3, 4, 5))!
    expect(low).toBeCloseTo(3 - 2.7764451052 * Math.sqrt(0.5), 8)
    expect(high).toBeCloseTo(3 + 2.7764451052 * Math.sqrt(0.5), 8)
  })

  it('is none for one value, or for values that never differ', () => {
    expect(meanInterval(Float64Array.of(1))).toBeNull()
    expect(meanInterval(Float64Array.of(2, 2, 2))).toBeNull()
  })
})

describe('the cards of a run', () => {
  const report = sampleReport()
  const cards = new Map(metricCards(report).map(card => [card.name, card]))
  const { candles, equity, manifest } = report
  const time = candles.time.subarray(0, candles.length)
  const returns = dailyReturns({
    time,
    equity,
    capital: manifest.capital,
    timeframeMs: candles.timeframeMs,
  })

  it('have the interval of the Sharpe ratio that assay stats gives', () => {
    const { sharpeIntervalAnnual } = probabilisticSharpe(returns)
    expect(cards.get('sharpe')!.interval).toEqual(sharpeIntervalAnnual)
  })

  it('have the drawdown of the bootstrap, and its growth over the span of the run', () => {
    const drawn = bootstrapIntervals(returns)
    expect(cards.get('max_drawdown')!.interval).toEqual(drawn.maxDrawdown!.interval)
    const growth = (1 + drawn.cagr!.interval![0]) ** (returns.length / 365)
    expect(cards.get('total_return')!.interval![0]).toBeCloseTo(growth - 1, 12)
    expect(cards.get('final_equity')!.interval![0]).toBeCloseTo(growth * manifest.capital, 6)
  })

  it('hold the value of each interval that is symmetric', () => {
    for (const name of ['sharpe', 'win_rate', 'expectancy', 'total_return', 'cagr']) {
      const { value, interval } = cards.get(name)!
      expect(value, name).toBeGreaterThan(interval![0])
      expect(value, name).toBeLessThan(interval![1])
    }
  })
})
