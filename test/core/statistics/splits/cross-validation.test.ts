import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seededRng } from '../../../../src/core/random.js'
import {
  crossValidation,
  type CrossValidation,
} from '../../../../src/core/statistics/splits/cross-validation.js'
import { purgedCombinations } from '../../../../src/core/statistics/splits/purged-combinations.js'
import {
  JoinedSegments,
  metricsOfReturns,
  plainMetrics,
  SegmentMoments,
  type ReturnMetrics,
} from '../../../../src/core/statistics/samples/segment-moments.js'
import type { Trial } from '../../../../src/core/statistics/statistic.js'
import { madeReturns, noiseTrials, REFERENCE_COLUMNS } from '../return-maker.js'

interface Reference {
  readonly groups: number
  readonly testGroups: number
  readonly purge: number
  readonly embargo: number
  readonly picks: readonly number[]
  readonly inSample: readonly number[]
  readonly outOfSample: readonly number[]
  readonly ranks: readonly number[]
  readonly pathSharpes: readonly number[]
  readonly pathReturns: readonly number[]
  readonly pathDrawdowns: readonly number[]
  readonly slope: number
  readonly intercept: number
  readonly median: number
  readonly p5: number
  readonly p95: number
}

const { numbers: REFERENCE } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'skfolio-cpcv.json'), 'utf8'),
) as { numbers: Reference }

/** Sharpe ratio a year, as a textbook has it. */
function sharpeOf(returns: readonly number[]): number {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length
  const squares = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return (Math.sqrt(365) * mean) / Math.sqrt(squares / (returns.length - 1))
}

const pick = (returns: Float64Array, days: readonly number[]): number[] =>
  days.map(day => returns[day]!)

const daysOf = (ranges: readonly { readonly from: number; readonly to: number }[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, k) => from + k))

/** Trials of which one in ten has an edge; `mean` is per day, against a deviation of 0.01. */
function edgeTrials(seed: number, count: number, mean: number): Trial[] {
  const noise = noiseTrials(seed, { trials: 18, count })
  const rng = seededRng(seed + 1000)
  const edges = ['a', 'b'].map(name => ({ name, returns: madeReturns(rng, { count, mean }) }))
  return [...noise, ...edges]
}

describe('cross-validation', () => {
  it('gives what numpy gives over the indices of skfolio', () => {
    const { x, y, w } = REFERENCE_COLUMNS
    const v = w.map((value, k) => -0.5 * value + 0.004 * Math.cos(0.011 * k * k))
    const trials = Object.entries({ x, y, w, v }).map(([name, returns]) => ({ name, returns }))
    const { value, interval, details } = crossValidation(trials, { plan: REFERENCE })
    const { combinationList, pathList } = details!
    const near = (found: readonly (number | null)[], wanted: readonly number[]): void => {
      expect(found).toHaveLength(wanted.length)
      found.forEach((one, k) => expect(one).toBeCloseTo(wanted[k]!, 9))
    }
    const picked = combinationList.map(one => one.picked!)
    near(
      picked.map(one => one.trial),
      REFERENCE.picks,
    )
    near(
      picked.map(one => one.inSample.sharpe),
      REFERENCE.inSample,
    )
    near(
      picked.map(one => one.outOfSample.sharpe),
      REFERENCE.outOfSample,
    )
    near(
      picked.map(one => one.rank),
      REFERENCE.ranks,
    )
    near(
      pathList.map(one => one.sharpeAnnual),
      REFERENCE.pathSharpes,
    )
    near(
      pathList.map(one => one.totalReturn),
      REFERENCE.pathReturns,
    )
    near(
      pathList.map(one => one.maxDrawdown),
      REFERENCE.pathDrawdowns,
    )
    near(
      [details!.degradationSlope, details!.degradationIntercept],
      [REFERENCE.slope, REFERENCE.intercept],
    )
    const spread = [REFERENCE.p5, REFERENCE.median, REFERENCE.p95]
    near(
      [...interval!, value].map(one => one! * Math.sqrt(365)).sort((a, b) => a - b),
      spread,
    )
  })

  it('is what its definition says, word by word', () => {
    const plans = fc.record({
      seed: fc.nat(1e6),
      groups: fc.integer({ min: 3, max: 6 }),
      purge: fc.nat(3),
      embargo: fc.nat(3),
      count: fc.integer({ min: 60, max: 90 }),
    })
    fc.assert(
      fc.property(plans, ({ seed, count, ...rest }) => {
        const plan = { ...rest, testGroups: 2 }
        const trials = noiseTrials(seed, { trials: 5, count })
        const { details } = crossValidation(trials, { plan })
        const { groups, combinations, paths } = purgedCombinations(count, plan)
        const best = combinations.map(({ training }) => {
          const scores = trials.map(({ returns }) => sharpeOf(pick(returns, daysOf(training))))
          return scores.indexOf(Math.max(...scores))
        })
        details!.combinationList.forEach(({ picked, name }, k) => {
          expect(picked!.trial).toBe(best[k])
          expect(name).toBe(trials[best[k]!]!.name)
          const days = daysOf(combinations[k]!.tested.map(group => groups[group]!))
          const scores = trials.map(({ returns }) => sharpeOf(pick(returns, days)))
          const own = scores[best[k]!]!
          expect(picked!.scoreOutOfSample).toBeCloseTo(own, 9)
          expect(picked!.rank).toBeCloseTo(scores.filter(score => score <= own).length / 6, 12)
        })
        paths.forEach((path, p) => {
          const joined = path.flatMap((combination, group) =>
            pick(trials[best[combination]!]!.returns, daysOf([groups[group]!])),
          )
          expect(details!.pathList[p]!.sharpeAnnual).toBeCloseTo(sharpeOf(joined), 9)
          const end = joined.reduce((growth, value) => growth * (1 + value), 1)
          expect(details!.pathList[p]!.totalReturn).toBeCloseTo(end - 1, 12)
        })
        const shares = details!.picks.map(({ share }) => share)
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
        expect(shares.toSorted((a, b) => b - a)).toEqual(shares)
      }),
      { numRuns: 30 },
    )
  })

  it('picks, tests and joins a case that can be done by hand', () => {
    // Four groups of two days. Trial a gains in the first half, b in the second.
    const a = Float64Array.of(0.02, 0.04, 0.02, 0.04, -0.02, -0.01, -0.02, -0.01)
    const b = Float64Array.of(-0.02, -0.01, -0.02, -0.01, 0.02, 0.04, 0.02, 0.04)
    const { details, paths, combinations } = crossValidation(
      [
        { name: 'a', returns: a },
        { name: 'b', returns: b },
      ],
      { plan: { groups: 4, testGroups: 2, purge: 0, embargo: 0 } },
    )
    expect([combinations, paths]).toEqual([6, 3])
    // Tested 12: trained on the second half, b is best, and loses in the first. The reverse for 34.
    // In the mixed ones both gain and lose alike in training; the first of equals is taken.
    expect(details!.combinationList.map(({ name }) => name)).toEqual(['b', 'a', 'a', 'a', 'a', 'a'])
    expect(details!.picks).toEqual([
      { name: 'a', combinations: 5, share: 5 / 6 },
      { name: 'b', combinations: 1, share: 1 / 6 },
    ])
    expect(details!.pathList[0]!.combinations).toEqual([0, 0, 1, 2])
    const growth = 0.98 * 0.99 * 0.98 * 0.99 * 0.98 * 0.99 * 0.98 * 0.99
    expect(details!.pathList[0]!.totalReturn).toBeCloseTo(growth - 1, 14)
    expect(details!.pathList[0]!.maxDrawdown).toBeCloseTo(1 - growth, 14)
    const gain = 1.02 * 1.04 * 1.02 * 1.04
    expect(details!.pathList[2]!.totalReturn).toBeCloseTo(gain * 0.98 * 0.99 * 0.98 * 0.99 - 1, 14)
    expect(details!.shareReturnBelowZero).toBe(1 / 3)
    expect(details!.shareSharpeBelowBenchmark).toBeNull()
  })

  it('of pure noise centres its paths about 0', () => {
    const rounds = Array.from({ length: 200 }, (_, seed) =>
      crossValidation(noiseTrials(seed, { trials: 20, count: 365 })),
    )
    const medians = rounds.map(({ value }) => value! * Math.sqrt(365))
    const mean = medians.reduce((sum, value) => sum + value, 0) / medians.length
    // A year of noise has a Sharpe ratio with an error of 1; the mean of 200 rounds one of 0.07.
    expect(Math.abs(mean)).toBeLessThan(0.25)
    const allAbove = rounds.filter(({ details }) => details!.shareSharpeBelowZero === 0).length
    expect(allAbove / rounds.length).toBeLessThan(0.25)
    const mostBelow = rounds.filter(({ details }) => details!.shareSharpeBelowZero > 0.5).length
    expect(mostBelow / rounds.length).toBeGreaterThan(0.4)
    const inSample = rounds.map(({ details }) => meanInSample(details!))
    expect(Math.min(...inSample), 'the best of 20 always looks good in training').toBeGreaterThan(0)
  })

  it('of a planted edge keeps all paths above 0, and finds the edge', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { interval, details } = crossValidation(edgeTrials(seed, 730, 0.0025))
      expect(interval![0]).toBeGreaterThan(0)
      expect(details!.shareSharpeBelowZero).toBe(0)
      expect(details!.belowMedianProbability).toBeLessThan(0.1)
      expect(details!.picks.every(({ name }) => name === 'a' || name === 'b')).toBe(true)
    }
  })

  it('compares each path with a benchmark', () => {
    const trials = edgeTrials(1, 730, 0.0025)
    const poor = madeReturns(seededRng(3), { count: 730, mean: -0.005 })
    const rich = madeReturns(seededRng(4), { count: 730, mean: 0.03 })
    const shares = [poor, rich].map(benchmark => {
      const { details } = crossValidation(trials, { benchmark })
      expect(details!.benchmark!.sharpe).toBeCloseTo(sharpeOf([...benchmark]), 9)
      return [details!.shareSharpeBelowBenchmark, details!.shareReturnBelowBenchmark]
    })
    expect(shares).toEqual([
      [0, 0],
      [1, 1],
    ])
  })

  it('picks by any score of the returns', () => {
    const trials = noiseTrials(4, { trials: 12, count: 300 })
    const calm = crossValidation(trials, { score: metrics => -metrics.volatility! })
    const { training } = purgedCombinations(300, calm.plan).combinations[0]!
    const spreads = trials.map(({ returns }) => {
      const own = Float64Array.from(pick(returns, daysOf(training)))
      return metricsOfReturns(own, 365).volatility!
    })
    expect(calm.details!.combinationList[0]!.picked!.trial).toBe(
      spreads.indexOf(Math.min(...spreads)),
    )
  })

  it('leaves tests without a position where no trial has a score, and says how many', () => {
    const trials = noiseTrials(5, { trials: 3, count: 120 })
    const never = crossValidation(trials, { score: () => null })
    expect(never).toMatchObject({ value: null, interval: null })
    expect(never.reason).toMatch(/no trial has a score in training/)
    expect(never.details).toMatchObject({
      withoutPick: 45,
      belowMedianProbability: null,
      picks: [],
    })
    const some = crossValidation(trials, {
      score: ({ totalReturn }) => (totalReturn! > 0.05 ? totalReturn : null),
    })
    expect(some.details!.withoutPick).toBeGreaterThan(0)
    const early = trials.map(({ name, returns }) => ({
      name,
      returns: returns.map((value, day) => (day < 60 ? value : 0)),
    }))
    const late = crossValidation(early, {
      plan: { groups: 2, testGroups: 1 },
      score: ({ totalReturn, sharpe }) => (sharpe === null ? null : totalReturn),
    })
    expect(late.details).toMatchObject({ withoutPick: 1 })
    expect(late.reason).toMatch(/no path has a Sharpe ratio/)
    expect(JSON.stringify([never, some, late])).not.toMatch(/NaN|Infinity/)
  })

  it('ranks a trial that did not trade in the test between gains and losses', () => {
    const made = (name: string, early: number, late: number): Trial => ({
      name,
      returns: Float64Array.from({ length: 40 }, (_, day) =>
        day < 20 ? early * (1 + (day % 2)) : late * (1 + (day % 2)),
      ),
    })
    const trials = [made('gain', 0.01, 0.01), made('still', 0.03, 0), made('loss', 0.001, -0.01)]
    const plan = { groups: 2, testGroups: 1, purge: 0, embargo: 0 }
    const { details } = crossValidation(trials, { plan, score: ({ totalReturn }) => totalReturn })
    expect(details!.combinationList[1]).toMatchObject({
      name: 'still',
      picked: { rank: 2 / 4, scoreOutOfSample: 0, outOfSample: { sharpe: null } },
    })
  })

  it('gives null and a reason where there is too little', () => {
    const few = noiseTrials(1, { trials: 4, count: 12 })
    expect(crossValidation(few).reason).toMatch(/12 days are too few for 10 groups/)
    const one = noiseTrials(1, { trials: 1, count: 100 })
    expect(crossValidation(one).reason).toMatch(/1 trials with a deviation are too few/)
    const flat = ['a', 'b'].map(name => ({ name, returns: new Float64Array(100) }))
    const still = crossValidation(flat)
    expect(still).toMatchObject({ value: null, trials: 0, trialsWithoutSharpe: 2, details: null })
    expect(crossValidation([]).reason).toMatch(/0 days are too few/)
  })
})

function meanInSample({ combinationList }: NonNullable<CrossValidation['details']>): number {
  const scores = combinationList.map(({ picked }) => picked!.scoreInSample)
  return scores.reduce((sum, value) => sum + value, 0) / scores.length
}

describe('metrics of returns', () => {
  it('are what their formulas say', () => {
    const returns = madeReturns(seededRng(9), { count: 200, mean: 0.001, carried: 0.3 })
    const whole = metricsOfReturns(returns, 365)
    const equity = [...returns].reduce<number[]>(
      (points, value) => [...points, points.at(-1)! * (1 + value)],
      [1],
    )
    const falls = equity.map((value, k) => 1 - value / Math.max(...equity.slice(0, k + 1)))
    expect(whole.maxDrawdown).toBeCloseTo(Math.max(...falls), 12)
    expect(whole.totalReturn).toBeCloseTo(equity.at(-1)! - 1, 12)
    expect(whole.cagr).toBeCloseTo(Math.pow(equity.at(-1)!, 365 / 200) - 1, 12)
    expect(whole.calmar).toBeCloseTo(whole.cagr! / whole.maxDrawdown!, 12)
    expect(whole.sharpe).toBeCloseTo(sharpeOf([...returns]), 10)
    const mean = returns.reduce((sum, value) => sum + value, 0) / 200
    const below = returns.reduce((sum, value) => sum + Math.min(value, 0) ** 2, 0)
    expect(whole.sortino).toBeCloseTo((Math.sqrt(365) * mean) / Math.sqrt(below / 200), 10)
    expect(whole.volatility).toBeCloseTo(
      (Math.sqrt(365) * mean * Math.sqrt(365)) / whole.sharpe!,
      10,
    )
  })

  it('of joined segments are those of the returns in them, however they are cut', () => {
    const cuts = fc.record({
      seed: fc.nat(1e6),
      bounds: fc.uniqueArray(fc.integer({ min: 1, max: 79 }), { minLength: 1, maxLength: 12 }),
      kept: fc.infiniteStream(fc.boolean()),
    })
    fc.assert(
      fc.property(cuts, ({ seed, bounds, kept }) => {
        const returns = madeReturns(seededRng(seed), { count: 80, mean: 0.001, deviation: 0.05 })
        const all = Int32Array.of(0, ...bounds.toSorted((a, b) => a - b), 80)
        const moments = new SegmentMoments(all)
        moments.take(returns)
        const chosen = Array.from({ length: moments.segments }, (_, s) => s).filter(
          s => s === 0 || kept.next().value!,
        )
        const own = plainMetrics(new JoinedSegments(moments, 365).join(Int32Array.from(chosen)))
        const days = chosen.flatMap(s => daysOf([{ from: all[s]!, to: all[s + 1]! }]))
        const wanted = metricsOfReturns(Float64Array.from(pick(returns, days)), 365)
        for (const [name, value] of Object.entries(wanted) as [keyof ReturnMetrics, number][]) {
          if (value === null) expect(own[name]).toBeNull()
          else
            expect(Math.abs(own[name]! - value), name).toBeLessThan(
              1e-8 * Math.max(1, Math.abs(value)),
            )
        }
      }),
    )
  })

  it('have no value where there is none, and never NaN', () => {
    const at = (...returns: number[]): ReturnMetrics =>
      metricsOfReturns(Float64Array.from(returns), 365)
    expect(at(0, 0, 0)).toMatchObject({ sharpe: null, sortino: null, calmar: null, maxDrawdown: 0 })
    expect(at(0.1)).toMatchObject({ sharpe: null, volatility: null })
    expect(at(0.5, -1.5, 3)).toMatchObject({ totalReturn: -1, maxDrawdown: 1, cagr: -1 })
    expect(at(...new Array<number>(80).fill(1e6))).toMatchObject({ totalReturn: null, cagr: null })
    expect(at(0.1, 0.1, 0.1).sharpe).toBeNull()
  })
})
