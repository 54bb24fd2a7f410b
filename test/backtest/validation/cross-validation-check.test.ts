import { describe, expect, it } from 'vitest'
import { crossValidationCheck } from '../../../src/backtest/validation/cross-validation-check.js'
import type { Check } from '../../../src/backtest/validation/check.js'
import { seededRng } from '../../../src/core/random.js'
import type { Trial } from '../../../src/core/statistics/statistic.js'
import { madeReturns, noiseTrials } from '../../core/statistics/return-maker.js'

/** The validation's answer where these trials are known. */
function answered(columns: readonly Trial[]): Check {
  const { returns, name } = columns[0]!
  const holding = madeReturns(seededRng(99), { count: returns.length, deviation: 0.03 })
  const trials = { ledger: columns.length, sharpeVariance: null, columns, chosen: name }
  return crossValidationCheck({ trials, returns, holding })
}

describe('cross_validation in a validation', () => {
  it('passes sets of which some have an edge', () => {
    for (let seed = 0; seed < 10; seed++) {
      const edges = noiseTrials(seed, { trials: 4, count: 1095, mean: 0.0015 })
      const noise = noiseTrials(seed + 500, { trials: 16, count: 1095 })
      const check = answered([...edges, ...noise])
      expect(check).toMatchObject({ value: 1, passed: true, isFatal: false, n: 1095 })
      expect(check.interval![0]).toBeGreaterThan(0)
      expect(check.note).toMatch(/9 of 9 paths have a Sharpe ratio above 0; their median is \d/)
    }
  })

  it('does not pass most of pure noise, and condemns half of it', () => {
    const checks = Array.from({ length: 100 }, (_, seed) =>
      answered(noiseTrials(seed, { trials: 30, count: 730 })),
    )
    expect(checks.filter(({ passed }) => passed === true).length).toBeLessThan(25)
    expect(checks.filter(({ isFatal }) => isFatal).length).toBeGreaterThan(40)
  })

  it('has no answer for few trials, few days, and trials that never differ', () => {
    const few = answered(noiseTrials(1, { trials: 9, count: 365 }))
    expect(few).toMatchObject({ value: null, passed: null, isFatal: false })
    expect(few.note).toMatch(/9 trials over these days are too few/)
    const short = answered(noiseTrials(1, { trials: 20, count: 99 }))
    expect(short.note).toMatch(/99 days are too few/)
    const still = Array.from({ length: 12 }, (_, k) => ({
      name: `t${k}`,
      returns: new Float64Array(200),
    }))
    expect(answered(still)).toMatchObject({ value: null, passed: null })
    expect(answered(still).note).toMatch(/0 trials with a deviation/)
  })
})
