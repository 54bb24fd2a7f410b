import fc from 'fast-check'
import jstat from 'jstat'
import { describe, expect, it } from 'vitest'
import { normal, seededRng } from '../../../../src/core/random.js'
import {
  averageCorrelation,
  correlationsOf,
} from '../../../../src/core/statistics/samples/correlation.js'
import {
  chanceSharpe,
  deflatedSharpe,
} from '../../../../src/core/statistics/sharpe/deflated-sharpe.js'
import { effectiveTrials } from '../../../../src/core/statistics/sharpe/effective-trials.js'
import { probabilisticSharpe } from '../../../../src/core/statistics/sharpe/probabilistic-sharpe.js'
import { probabilityAbove } from '../../../../src/core/statistics/sharpe/sharpe-figures.js'
import { madeReturns, noiseTrials } from '../return-maker.js'

/** `families` of `each` columns, all of a family alike but for a share of noise. */
function families(seed: number, { families, each, noise }: Record<string, number>): Float64Array[] {
  const rng = seededRng(seed)
  return Array.from({ length: families! }, () => madeReturns(rng, { count: 300 })).flatMap(shared =>
    Array.from({ length: each! }, () => shared.map(value => value + noise! * 0.01 * normal(rng))),
  )
}

describe('the deflated Sharpe ratio', () => {
  it('is that of the worked example of Bailey and López de Prado (2014)', () => {
    // Annual Sharpe 2.5 of 1,250 daily returns, 250 a year; 100 trials of variance 0.5 a year.
    const figures = { count: 1250, sharpe: 2.5 / Math.sqrt(250), skewness: -3, kurtosis: 10 }
    const threshold = chanceSharpe(100, 0.5 / 250)
    expect(threshold).toBeCloseTo(0.1132, 4)
    expect(probabilityAbove(figures, threshold)).toBeCloseTo(0.9004, 4)
    // "Should the strategist have made the discovery after only N = 46 independent trials".
    expect(probabilityAbove(figures, chanceSharpe(46, 0.5 / 250))).toBeCloseTo(0.9505, 4)
    // With normal returns 88 trials would have been allowed.
    const plain = { ...figures, skewness: 0, kurtosis: 3 }
    expect(probabilityAbove(plain, chanceSharpe(88, 0.5 / 250))).toBeCloseTo(0.9505, 4)
  })

  it('of one trial is the probabilistic one, and falls with the number of trials', () => {
    const trials = noiseTrials(4, { trials: 5, count: 400, mean: 0.0005 })
    const of = (count: number): number => deflatedSharpe(trials, { trials: count }).value!
    const alone = deflatedSharpe(trials, { trials: 1, selected: 't3' })
    expect(alone.value).toBe(probabilisticSharpe(trials[3]!.returns).value)
    expect(alone.selected).toBe('t3')
    for (const count of [1, 2, 5, 40, 1000]) expect(of(count + 1)).toBeLessThan(of(count))
  })

  it('counts clusters, and has the raw number beside it', () => {
    const columns = families(3, { families: 4, each: 25, noise: 0.2 })
    const trials = columns.map((returns, k) => ({ name: `t${k}`, returns }))
    const found = deflatedSharpe(trials)
    expect(found).toMatchObject({ trials: 4, trialsFrom: 'clusters', trialsRaw: 100 })
    expect(found.valueWithTrialsRaw).toBeLessThan(found.value!)
    expect(found.selected).toBe(
      trials.toSorted(
        (a, b) =>
          probabilisticSharpe(b.returns).sharpePerPeriod! -
          probabilisticSharpe(a.returns).sharpePerPeriod!,
      )[0]!.name,
    )
  })

  it('of the best of pure noise passes 0.95 at the nominal rate at most, a planted edge always', () => {
    const [runs, count] = [300, 250]
    let [passed, planted] = [0, 0]
    for (let run = 0; run < runs; run++) {
      const trials = noiseTrials(1000 + run, { trials: 20, count })
      if (deflatedSharpe(trials).value! > 0.95) passed += 1
      if (run >= 30) continue
      const edge = madeReturns(seededRng(run), { count, mean: 0.006 })
      const found = deflatedSharpe([...trials, { name: 'edge', returns: edge }], {
        sharpeVariance: 1 / count,
      })
      if (found.selected === 'edge' && found.value! > 0.95) planted += 1
    }
    // The best of noise lies about the threshold with less spread than one trial: 5 % at most.
    expect(passed / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs))
    expect(planted).toBe(30)
  })

  it('has no value without a variance, without returns, and for a column that never moves', () => {
    const [one] = noiseTrials(1, { trials: 1, count: 100 })
    expect(deflatedSharpe([one!], { trials: 50 }).reason).toContain('variance')
    expect(deflatedSharpe([one!], { trials: 50, sharpeVariance: 0.002 }).value).not.toBeNull()
    const flat = { name: 'flat', returns: new Float64Array(100) }
    expect(deflatedSharpe([one!, flat], { selected: 'flat' }).reason).toContain('"flat"')
    expect(deflatedSharpe([one!, flat])).toMatchObject({ trialsWithoutSharpe: 1, trialsRaw: 2 })
    expect(deflatedSharpe([flat])).toMatchObject({ value: null, selected: null })
    expect(deflatedSharpe([])).toMatchObject({ value: null, n: 0 })
  })
})

describe('the effective number of trials', () => {
  it('is the number of families, of copies one, and of unrelated noise all', () => {
    expect(effectiveTrials(families(1, { families: 6, each: 8, noise: 0.3 })).clusters).toBe(6)
    const [column] = families(2, { families: 1, each: 1, noise: 0 })
    expect(effectiveTrials(Array<Float64Array>(7).fill(column!)).clusters).toBe(1)
    expect(effectiveTrials([column!]).clusters).toBe(1)
    const noise = noiseTrials(8, { trials: 60, count: 365 }).map(({ returns }) => returns)
    expect(effectiveTrials(noise).clusters).toBe(60)
    expect(effectiveTrials(noise).byAverageCorrelation).toBeCloseTo(60, 0)
  })

  it('lies between one and all, whatever the columns', () => {
    const shape = fc.record({
      families: fc.integer({ min: 1, max: 5 }),
      each: fc.integer({ min: 1, max: 6 }),
      noise: fc.double({ min: 0, max: 3, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.nat(500), shape, (seed, made) => {
        const columns = families(seed, made)
        const { byAverageCorrelation, clusters } = effectiveTrials(columns)
        for (const count of [clusters!, byAverageCorrelation!]) {
          expect(count).toBeGreaterThanOrEqual(1)
          expect(count).toBeLessThanOrEqual(columns.length)
        }
      }),
    )
  })

  it('does not hang on the order of the columns', () => {
    const columns = families(9, { families: 5, each: 4, noise: 0.4 })
    const { clusters, silhouette } = effectiveTrials(columns)
    const turned = effectiveTrials(columns.toReversed())
    expect(turned.clusters).toBe(clusters)
    expect(turned.silhouette).toBeCloseTo(silhouette!, 10)
  })

  it('rests on correlations that jstat has too', () => {
    const columns = families(4, { families: 2, each: 2, noise: 1 })
    const matrix = correlationsOf(columns)
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        const wanted = jstat.corrcoeff([...columns[i]!], [...columns[j]!])
        expect(matrix[i * 4 + j]).toBeCloseTo(wanted, 12)
      }
    }
    expect(averageCorrelation(new Float64Array([1, 0.5, 0.5, 1]), 2)).toBe(0.5)
  })
})
