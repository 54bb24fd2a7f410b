import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRng } from '../../../src/core/random.js'
import { backtestLength } from '../../../src/core/statistics/sharpe/backtest-length.js'
import { expectedMaximum } from '../../../src/core/statistics/sharpe/expected-maximum.js'
import { probabilisticSharpe } from '../../../src/core/statistics/sharpe/probabilistic-sharpe.js'
import {
  probabilityAbove,
  sharpeFigures,
  sharpeInterval,
  sharpeSpread,
  type SharpeFigures,
} from '../../../src/core/statistics/sharpe/sharpe-figures.js'
import {
  returnsNeeded,
  trackRecordLength,
} from '../../../src/core/statistics/sharpe/track-record.js'
import { madeReturns } from './return-maker.js'

const anyFigures: fc.Arbitrary<SharpeFigures> = fc
  .record({
    count: fc.integer({ min: 5, max: 3000 }),
    sharpe: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    skewness: fc.double({ min: -3, max: 3, noNaN: true }),
    above: fc.double({ min: 0.1, max: 20, noNaN: true }),
  })
  // No returns have a kurtosis below 1 + skewness².
  .map(({ above, ...rest }) => ({ ...rest, kurtosis: 1 + rest.skewness * rest.skewness + above }))

describe('the probabilistic Sharpe ratio', () => {
  it('is that of the worked example of Bailey and López de Prado (2012)', () => {
    // Two years of monthly returns, annual Sharpe 1.59, skewness -2.448, kurtosis 10.164.
    const figures = { count: 24, sharpe: 0.458, skewness: -2.448, kurtosis: 10.164 }
    expect(probabilityAbove(figures, 0)).toBeCloseTo(0.913, 3)
    expect(probabilityAbove({ ...figures, skewness: 0, kurtosis: 3 }, 0)).toBeCloseTo(0.982, 3)
  })

  it('takes the raw kurtosis; the excess would say something else', () => {
    // The excess, 0 for the normal, would take 1/4 SR² off the variance that should get 1/2 SR².
    const figures = { count: 250, sharpe: 0.1, skewness: 0, kurtosis: 3 }
    const wrong = probabilityAbove({ ...figures, kurtosis: 0 }, 0)!
    expect(probabilityAbove(figures, 0)!).toBeLessThan(wrong)
    expect(sharpeSpread(figures)).toBeCloseTo(1 + 0.5 * 0.1 * 0.1, 15)
  })

  it('of returns does not change with their scale', () => {
    const anyScale = fc.double({ min: 1e-3, max: 1e3, noNaN: true })
    fc.assert(
      fc.property(fc.nat(1000), anyScale, (seed, scale) => {
        const returns = madeReturns(seededRng(seed), { count: 60, mean: 0.001 })
        const plain = probabilisticSharpe(returns)
        const scaled = probabilisticSharpe(returns.map(value => value * scale))
        expect(scaled.value).toBeCloseTo(plain.value!, 10)
        expect(scaled.sharpePerPeriod).toBeCloseTo(plain.sharpePerPeriod!, 10)
      }),
    )
  })

  it('goes away from one half as returns grow in number, and falls with the benchmark', () => {
    fc.assert(
      fc.property(anyFigures, fc.integer({ min: 1, max: 5000 }), (figures, more) => {
        const less = probabilityAbove(figures, 0)!
        const grown = probabilityAbove({ ...figures, count: figures.count + more }, 0)!
        if (figures.sharpe >= 0) expect(grown).toBeGreaterThanOrEqual(less)
        else expect(grown).toBeLessThanOrEqual(less)
        expect(probabilityAbove(figures, 0.05)!).toBeLessThanOrEqual(less)
        expect(probabilityAbove(figures, figures.sharpe)).toBeCloseTo(0.5, 12)
      }),
    )
  })

  it('has an interval that holds the true Sharpe ratio as often as it says', () => {
    const [runs, truth] = [1500, 0.1]
    const rng = seededRng(11)
    let held = 0
    for (let run = 0; run < runs; run++) {
      const returns = madeReturns(rng, { count: 365, mean: 0.001, deviation: 0.01 })
      const [low, high] = sharpeInterval(sharpeFigures(returns), 0.95)!
      if (low <= truth && truth <= high) held += 1
    }
    // Three standard errors of a share of 0.95 in 1,500 runs are 0.017.
    expect(Math.abs(held / runs - 0.95)).toBeLessThan(0.017)
  })

  it('takes pure noise for skill at the nominal rate', () => {
    const [runs, rng] = [2000, seededRng(21)]
    let passed = 0
    for (let run = 0; run < runs; run++) {
      if (probabilisticSharpe(madeReturns(rng, { count: 250 })).value! > 0.95) passed += 1
    }
    // Three standard errors of 0.05 in 2,000 runs are 0.015.
    expect(Math.abs(passed / runs - 0.05)).toBeLessThan(0.015)
  })

  it('names what is annual and what is per period', () => {
    const returns = madeReturns(seededRng(5), { count: 365, mean: 0.001 })
    const { sharpeAnnual, sharpePerPeriod, ...rest } = probabilisticSharpe(returns, {
      benchmark: 0.02,
    })
    expect(sharpeAnnual).toBeCloseTo(sharpePerPeriod! * Math.sqrt(365), 12)
    expect(rest.benchmarkAnnual).toBeCloseTo(0.02 * Math.sqrt(365), 12)
    expect(rest.intervalOf).toBe('sharpe_per_period')
    expect(rest.sharpeIntervalAnnual![0]).toBeCloseTo(rest.interval![0] * Math.sqrt(365), 12)
  })

  it('has no value for too few returns, for one value, and for two without spread', () => {
    const few = probabilisticSharpe(Float64Array.from([0.01, 0.02, -0.01]))
    expect(few).toMatchObject({ value: null, interval: null, n: 3 })
    expect(few.reason).toContain('too few')
    const flat = probabilisticSharpe(new Float64Array(100).fill(0.01))
    expect(flat).toMatchObject({ value: null, sharpePerPeriod: null })
    expect(flat.reason).toContain('deviation is zero')
    // Nine losses of nothing for one gain: 1 - g3 SR + (g4 - 1)/4 SR² is all but zero at SR = 2/g3.
    const spread = sharpeSpread({ count: 10, sharpe: 1, skewness: 2, kurtosis: 5 })
    expect(spread).toBeNull()
  })
})

describe('the minimum track record length', () => {
  // Bailey and López de Prado (2012), section 5: a Sharpe ratio of 2 to be shown above 1 at 95 %.
  const years = (periods: number, skewness = 0, kurtosis = 3): number => {
    const figures = { count: 0, sharpe: 2 / Math.sqrt(periods), skewness, kurtosis }
    const options = { benchmark: 1 / Math.sqrt(periods), confidence: 0.95 }
    return returnsNeeded(figures, options)! / periods
  }

  it('is 2.73 years daily, 2.83 weekly, 3.24 monthly, as published', () => {
    expect(years(252)).toBeCloseTo(2.73, 2)
    expect(years(52)).toBeCloseTo(2.83, 2)
    expect(years(12)).toBeCloseTo(3.24, 2)
  })

  it('is 4.99 years for the skewness and kurtosis of hedge funds, as published', () => {
    expect(years(12, -0.72, 5.78)).toBeCloseTo(4.99, 2)
  })

  it('is where the probabilistic Sharpe ratio reaches the confidence', () => {
    fc.assert(
      fc.property(anyFigures, figures => {
        const needed = returnsNeeded(figures, { benchmark: 0, confidence: 0.9 })
        if (figures.sharpe <= 0) expect(needed).toBeNull()
        fc.pre(figures.sharpe > 1e-3)
        expect(probabilityAbove({ ...figures, count: needed! }, 0)).toBeCloseTo(0.9, 9)
      }),
    )
  })

  it('has no value below the benchmark, and says so', () => {
    const returns = madeReturns(seededRng(5), { count: 50, mean: -0.01 })
    expect(trackRecordLength(returns)).toMatchObject({ value: null, years: null })
    expect(trackRecordLength(returns).reason).toContain('not above the benchmark')
    const good = trackRecordLength(returns.map(value => -value))
    expect(good.isLongEnough).toBe(50 >= good.value!)
    expect(good.years).toBeCloseTo(good.value! / 365, 12)
  })
})

describe('the minimum backtest length', () => {
  it('is about five years for 45 trials and a Sharpe ratio of 1, as published', () => {
    const { value, upperBoundYears } = backtestLength({ trials: 45 })
    // Bailey, Borwein, López de Prado and Zhu (2014): "only 45 independent configurations" for 5 years.
    expect(value).toBeCloseTo(5, 0)
    expect(value).toBeLessThan(upperBoundYears!)
  })

  it('rests on an expected maximum of 1.54 for ten trials, near the exact 1.5388', () => {
    // The exact expectation of the largest of ten: Harter (1961).
    expect(expectedMaximum(10)).toBeCloseTo(1.5388, 1)
    expect(expectedMaximum(10)).toBeCloseTo(1.57, 2)
    expect(expectedMaximum(1)).toBe(0)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), count => {
        expect(expectedMaximum(count + 1)).toBeGreaterThan(expectedMaximum(count))
      }),
    )
  })

  it('has no value for one trial, and judges the length of returns', () => {
    expect(backtestLength({ trials: 1 })).toMatchObject({ value: null, isLongEnough: null })
    const judged = backtestLength({ trials: 100, count: 365, targetSharpeAnnual: 3 })
    expect(judged).toMatchObject({ isLongEnough: true, years: 1 })
    expect(judged.periods).toBeCloseTo(judged.value! * 365, 9)
  })
})
