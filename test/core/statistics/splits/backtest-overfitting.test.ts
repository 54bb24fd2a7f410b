import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRng } from '../../../../src/core/random.js'
import { backtestOverfitting } from '../../../../src/core/statistics/splits/backtest-overfitting.js'
import { halvesWithFirst } from '../../../../src/core/statistics/splits/split-blocks.js'
import { combinations } from '../../../../src/core/statistics/splits/split-outcomes.js'
import type { Trial } from '../../../../src/core/statistics/statistic.js'
import { madeReturns, noiseTrials } from '../return-maker.js'

interface Definition {
  readonly value: number
  readonly logitMean: number
  readonly lossProbability: number
  readonly slope: number
}

/** PBO word by word as the paper defines it: rows are copied, ranks are counted. */
function byDefinition(trials: readonly Trial[], blocks: number): Definition {
  const count = trials[0]!.returns.length
  const edges = Array.from({ length: blocks + 1 }, (_, b) =>
    Math.min(count, b * Math.floor(count / blocks) + Math.min(b, count % blocks)),
  )
  const sharpe = (returns: Float64Array, chosen: readonly number[]): number => {
    const rows = chosen.flatMap(b => [...returns.subarray(edges[b], edges[b + 1])])
    const mean = rows.reduce((sum, r) => sum + r, 0) / rows.length
    const squares = rows.reduce((sum, r) => sum + (r - mean) ** 2, 0)
    return squares < 1e-20 ? 0 : mean / Math.sqrt(squares / (rows.length - 1))
  }
  const logits: number[] = []
  const pairs: [number, number][] = []
  for (const inside of subsets(blocks, blocks / 2)) {
    const outside = Array.from({ length: blocks }, (_, b) => b).filter(b => !inside.includes(b))
    const first = trials.map(({ returns }) => sharpe(returns, inside))
    const second = trials.map(({ returns }) => sharpe(returns, outside))
    const best = first.indexOf(Math.max(...first))
    const below = second.filter(value => value < second[best]!).length
    const equal = second.filter(value => value === second[best]!).length
    const share = (below + (equal + 1) / 2) / (trials.length + 1)
    logits.push(Math.log(share / (1 - share)))
    pairs.push([first[best]!, second[best]!])
  }
  const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length
  const [meanX, meanY] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))]
  const xy = mean(pairs.map(([x, y]) => (x - meanX) * (y - meanY)))
  return {
    value: logits.filter(logit => logit <= 0).length / logits.length,
    logitMean: mean(logits),
    lossProbability: pairs.filter(([, y]) => y < 0).length / pairs.length,
    slope: xy / mean(pairs.map(([x]) => (x - meanX) ** 2)),
  }
}

function subsets(from: number, size: number, first = 0): number[][] {
  if (size === 0) return [[]]
  return Array.from({ length: from - first }, (_, k) => first + k).flatMap(k =>
    subsets(from, size - 1, k + 1).map(rest => [k, ...rest]),
  )
}

describe('the probability of backtest overfitting', () => {
  it('is what its definition gives, word by word', () => {
    const anyShape = fc.record({
      seed: fc.nat(10_000),
      trials: fc.integer({ min: 2, max: 7 }),
      count: fc.integer({ min: 16, max: 61 }),
      blocks: fc.constantFrom(2, 4, 6, 8),
      mean: fc.double({ min: -0.005, max: 0.005, noNaN: true }),
    })
    fc.assert(
      fc.property(anyShape, ({ seed, trials, count, blocks, mean }) => {
        const made = noiseTrials(seed, { trials, count, mean })
        const wanted = byDefinition(made, blocks)
        const { details, value } = backtestOverfitting(made, { blocks })
        expect(value).toBe(wanted.value)
        expect(details!.logitMean).toBeCloseTo(wanted.logitMean, 10)
        expect(details!.lossProbability).toBe(wanted.lossProbability)
        // Two combinations make a line through two points, however near each other.
        if (blocks > 2) expect(details!.degradationSlope).toBeCloseTo(wanted.slope, 6)
      }),
      { numRuns: 60 },
    )
  })

  it('is that of a matrix small enough to follow by hand', () => {
    // Two blocks of two rows. Block 1: a 3 ± 1, b 1 ± 1. Block 2: a 1 ± 1, b 3 ± 1. The best of
    // either block is the worse of the other, so both choices are overfitted: w = 1/3.
    const trials = [
      { name: 'a', returns: Float64Array.from([4, 2, 2, 0]) },
      { name: 'b', returns: Float64Array.from([2, 0, 4, 2]) },
    ]
    const found = backtestOverfitting(trials, { blocks: 2 })
    expect(found).toMatchObject({ value: 1, combinations: 2, n: 4, interval: null })
    expect(found.details!.logitMean).toBeCloseTo(Math.log(1 / 2), 12)
    expect(found.details!.sharpeInSampleMean).toBeCloseTo(3 / Math.SQRT2, 12)
    expect(found.details!.sharpeOutOfSampleMean).toBeCloseTo(1 / Math.SQRT2, 12)
  })

  it('of pure noise is one half on average, of a planted edge next to nothing', () => {
    const runs = 200
    let sum = 0
    for (let run = 0; run < runs; run++) {
      const noise = noiseTrials(run, { trials: 20, count: 240 })
      sum += backtestOverfitting(noise, { blocks: 8 }).value!
      if (run >= 10) continue
      const edge = madeReturns(seededRng(run), { count: 240, mean: 0.005 })
      const found = backtestOverfitting([...noise, { name: 'edge', returns: edge }], { blocks: 8 })
      expect(found.value).toBeLessThan(0.02)
      expect(found.details!.isDominantFirstOrder).toBe(true)
    }
    // One noise matrix has a deviation of about 0.2, so the mean of 200 one of 0.015.
    expect(Math.abs(sum / runs - 0.5)).toBeLessThan(0.06)
  })

  it('does not hang on the order of the trials, nor on the scale of each', () => {
    const trials = noiseTrials(12, { trials: 15, count: 160, mean: 0.0004 })
    const plain = backtestOverfitting(trials)
    const turned = backtestOverfitting(trials.toReversed())
    const scaled = backtestOverfitting(
      trials.map(({ name, returns }, k) => ({ name, returns: returns.map(r => r * (k + 1)) })),
    )
    expect(turned.value).toBe(plain.value)
    expect(scaled.value).toBe(plain.value)
    expect(plain.combinations).toBe(12_870)
  })

  it('counts every logit in its histogram, none on both sides of zero', () => {
    const {
      combinations: all,
      details,
      value,
    } = backtestOverfitting(noiseTrials(2, { trials: 9, count: 100 }), { blocks: 10 })
    const bins = details!.logitHistogram
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(all)
    const below = bins.filter(({ to }) => to <= 0).reduce((sum, { count }) => sum + count, 0)
    expect(below / all).toBeCloseTo(value!, 12)
  })

  it('takes a trial that did not trade in a half for one with a Sharpe ratio of 0 there', () => {
    const late = new Float64Array(80)
    late.set(madeReturns(seededRng(1), { count: 40, mean: 0.004 }), 40)
    const trials = [...noiseTrials(5, { trials: 4, count: 80 }), { name: 'late', returns: late }]
    expect(backtestOverfitting(trials, { blocks: 4 }).value).toBe(byDefinition(trials, 4).value)
  })

  it('has no value for one trial, for too few rows, and for columns that never move', () => {
    expect(backtestOverfitting(noiseTrials(1, { trials: 1, count: 50 })).reason).toContain(
      'at least 2',
    )
    const short = backtestOverfitting(noiseTrials(1, { trials: 5, count: 15 }))
    expect(short).toMatchObject({ value: null, details: null, n: 15 })
    expect(short.reason).toContain('16 blocks')
    const flat = ['a', 'b'].map(name => ({ name, returns: new Float64Array(50) }))
    expect(backtestOverfitting(flat)).toMatchObject({ value: null, trialsWithoutSharpe: 2 })
  })
})

describe('halves of the blocks', () => {
  it('are each half of all choices, and with their complements all of them', () => {
    for (const blocks of [2, 4, 8, 12]) {
      const halves = [...halvesWithFirst(blocks)].length
      expect(2 * halves).toBe(combinations(blocks))
      expect(combinations(blocks)).toBe(subsets(blocks, blocks / 2).length)
    }
    expect(combinations(16)).toBe(12_870)
    expect(combinations(20)).toBe(184_756)
    const some = Array.from(halvesWithFirst(6), half => half.join(''))
    expect(new Set(some).size).toBe(10)
    expect(some.every(half => half.startsWith('0'))).toBe(true)
  })
})
