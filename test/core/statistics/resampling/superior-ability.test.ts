import { describe, expect, it } from 'vitest'
import { seededRng } from '../../../../src/core/random.js'
import { superiorAbility } from '../../../../src/core/statistics/resampling/superior-ability.js'
import { madeReturns, noiseTrials } from '../return-maker.js'

/** Four columns that another program has judged too; one is worse than nothing by far. */
const JUDGED = Array.from({ length: 4 }, (_, j) => ({
  name: `c${j}`,
  returns: Float64Array.from(
    { length: 500 },
    (_, k) => 0.02 * Math.sin(0.7 * k * k * (j + 1) + j) + (j - 2) * 0.0008,
  ),
}))

describe('the test for superior predictive ability', () => {
  it('has the p-values of arch 8.0 by 40,000 repetitions, and those of its reality check', () => {
    // arch does not divide by the errors, so that its gains were divided by them beforehand; as they
    // were, its upper p-value is White's. Two estimates from 10,000 and 40,000 differ by 0.005.
    const reference = [
      { blockLength: 1, wanted: [0.18155, 0.244125, 0.30955, 0.319425] },
      { blockLength: 5, wanted: [0.160675, 0.218775, 0.283275, 0.314125] },
    ]
    for (const { blockLength, wanted } of reference) {
      const found = superiorAbility(JUDGED, { blockLength })
      const values = [found.pLower, found.pConsistent, found.pUpper, found.pRealityCheck]
      values.forEach((p, k) => expect(Math.abs(p! - wanted[k]!)).toBeLessThan(0.015))
      expect(found).toMatchObject({ best: 'c3', benchmark: 'cash', trials: 4 })
    }
  })

  it('orders its p-values, and gives the same for the same seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const trials = noiseTrials(seed, { trials: 6, count: 120, mean: (seed - 10) * 0.0002 })
      const found = superiorAbility(trials, { paths: 200, seed })
      expect(found.pLower).toBeLessThanOrEqual(found.pConsistent!)
      expect(found.pConsistent).toBeLessThanOrEqual(found.pUpper!)
      expect(found.interval![0]).toBeLessThanOrEqual(found.value!)
      expect(found.interval![1]).toBeGreaterThanOrEqual(found.value!)
      expect(superiorAbility(trials, { paths: 200, seed })).toEqual(found)
    }
  })

  it('refuses pure noise at the nominal rate, and passes a planted edge', () => {
    const [runs, benchmark] = [400, { name: 'hold', returns: new Float64Array(150) }]
    let [spa, check, planted] = [0, 0, 0]
    for (let run = 0; run < runs; run++) {
      const noise = noiseTrials(900 + run, { trials: 8, count: 150 })
      const found = superiorAbility(noise, { benchmark, paths: 300, seed: run })
      if (found.value! < 0.1) spa += 1
      if (found.pRealityCheck! < 0.1) check += 1
      if (run >= 20) continue
      const edge = {
        name: 'edge',
        returns: madeReturns(seededRng(run), { count: 150, mean: 0.006 }),
      }
      const better = superiorAbility([...noise, edge], { benchmark, paths: 300, seed: run })
      if (better.best === 'edge' && better.value! < 0.05) planted += 1
    }
    // Three standard errors of 0.1 in 400 runs are 0.045; resampling is a little eager at 150 rows.
    expect(spa / runs).toBeGreaterThan(0.04)
    expect(spa / runs).toBeLessThan(0.15)
    expect(check / runs).toBeGreaterThan(0.04)
    expect(check / runs).toBeLessThan(0.15)
    expect(planted).toBe(20)
  })

  it('measures against the benchmark, not against nothing', () => {
    const market = madeReturns(seededRng(2), { count: 300, mean: 0.004 })
    const noise = noiseTrials(3, { trials: 5, count: 300 })
    const trials = noise.map(({ name, returns }) => ({
      name,
      returns: returns.map((value, k) => value + market[k]!),
    }))
    const benchmark = { name: 'hold', returns: market }
    const against = superiorAbility(trials, { benchmark, paths: 1000, blockLength: 1 })
    const alone = superiorAbility(noise, { paths: 1000, blockLength: 1 })
    expect(against.value).toBeCloseTo(alone.value!, 2)
    expect(superiorAbility(trials, { paths: 1000 }).value).toBeLessThan(0.01)
  })

  it('is 1 where every trial is worse than the benchmark', () => {
    const trials = noiseTrials(3, { trials: 5, count: 300, mean: -0.01 })
    expect(superiorAbility(trials, { paths: 200 })).toMatchObject({ value: 1, tStatistic: 0 })
  })

  it('has no value for too few returns, or for copies of the benchmark', () => {
    expect(superiorAbility(noiseTrials(1, { trials: 2, count: 9 })).reason).toContain('too few')
    const [one] = noiseTrials(1, { trials: 1, count: 50 })
    const copies = [one!, { name: 'up', returns: one!.returns.map(value => value + 0.5) }]
    const found = superiorAbility(copies, { benchmark: one })
    expect(found).toMatchObject({ value: null, trials: 0, trialsWithoutError: 2 })
    expect(found.reason).toContain('constant')
    expect(superiorAbility([])).toMatchObject({ value: null, n: 0 })
  })
})
