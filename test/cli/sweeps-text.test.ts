import { describe, expect, it } from 'vitest'
import { differentFacts } from '../../src/app/sweep/stored/sweeps-comparison.js'
import { comparisonText, sweepText } from '../../src/app/sweep/stored/sweeps-text.js'
import type { SweepComparison } from '../../src/app/sweep/stored/sweeps-comparison.js'
import { sweepOf, trialOf } from '../data/store/trial-maker.js'

const WIDTH = 80
const widest = (text: string): number => Math.max(...text.split('\n').map(line => line.length))

/** Trials that differ in `count` parameters with long names. */
const wide = (count: number) =>
  [0, 1, 2].map(number =>
    trialOf(number, {
      params: Object.fromEntries(
        Array.from({ length: count }, (_, k) => [`long_parameter_${k}`, number * 100 + k]),
      ),
    }),
  )

describe('the table of a sweep', () => {
  it('has a column for each name that varies where they fit', () => {
    const text = sweepText(sweepOf('aaaa1111bbbb2222'), wide(1))
    expect(text).toMatch(/^trial +score .* trades +long_parameter_0$/m)
    expect(widest(text)).toBeLessThanOrEqual(WIDTH)
  })

  it('names those that are tied for the best score', () => {
    const scored = (scores: readonly number[]) =>
      sweepText(
        sweepOf('aaaa1111bbbb2222'),
        scores.map((score, number) => trialOf(number, { score })),
      )
    expect(scored([3, 3, 2])).toMatch(/^tied for the best score: trials 0, 1$/m)
    expect(scored([3, 3])).toMatch(/^tied for the best score: trials 0, 1, and perhaps more$/m)
    expect(scored([3, 2, 2])).not.toContain('tied')
  })

  it('is at most 80 columns wide, the sets below it where there are many names', () => {
    const text = sweepText(sweepOf('aaaa1111bbbb2222'), wide(12))
    expect(widest(text)).toBeLessThanOrEqual(WIDTH)
    expect(text).toMatch(/^trial +score .* trades$/m)
    expect(text).toMatch(
      /^trial 2: long_parameter_0 200, long_parameter_1 201, long_parameter_10 210,$/m,
    )
    expect(text).toContain('long_parameter_11 211')
  })

  it('shows every objective, those of a metric as the metric is', () => {
    const manifest = { objectives: ['sharpe', 'calmar', 'sqn - 2 * ulcer_index', './own.ts'] }
    const trials = wide(1)
    const text = sweepText(sweepOf('aaaa1111bbbb2222', { manifest }), trials)
    // Trial 0 has a drawdown beyond 100%: that is ruin, which has no score in a mix.
    const { calmar, sqn, ulcer_index: ulcer } = trials[1]!.metrics!
    expect(text).toMatch(/calmar/)
    expect(text).toContain('sqn - 2 * ulcer_index')
    expect(text).toContain(String(Number(calmar!.toPrecision(6))))
    expect(text).toContain(String(Number((sqn! - 2 * ulcer!).toPrecision(6))))
    expect(text).toMatch(/^trial 0: .*sqn - 2 \* ulcer_index –/m)
    expect(widest(text)).toBeLessThanOrEqual(WIDTH)
  })
})

describe('two sweeps compared', () => {
  const nothing: SweepComparison = {
    ...{ setsA: 1, setsB: 1, both: 1, scored: 1 },
    ...{ change: null, rankCorrelation: null, bestOfA: null, bestOfB: null },
  }
  const planOf = (feeBps: number, grid: readonly string[]) => ({
    method: 'grid',
    fields: [
      {
        base: { costs: { fee_bps: feeBps }, strategies: [{ params: { fast_ma: 10 } }] },
        starts: { '': { fast_ma: 10 } },
        grid,
      },
    ],
  })
  const a = sweepOf('aaaa1111bbbb2222', { manifest: planOf(10, ['fast_ma=5:50:5']) })
  const b = sweepOf('cccc1111dddd2222', {
    manifest: planOf(5, ['fast_ma=5:50:1', 'slow_ma=60:200:20']),
  })

  it('differ in single facts, not in pieces of JSON', () => {
    const facts = differentFacts(a, b)
    expect(facts).toEqual([
      { name: 'fields.base.costs.fee_bps', a: 10, b: 5 },
      { name: 'fields.grid', a: 'fast_ma=5:50:5', b: 'fast_ma=5:50:1, slow_ma=60:200:20' },
    ])
    const text = comparisonText(a, b, facts, nothing)
    expect(text).not.toMatch(/[{[]"/)
    expect(text).toMatch(/^fields\.base\.costs\.fee_bps +10 +5$/m)
  })

  it('are told apart by place where one has several fields', () => {
    const two = { ...planOf(10, []), fields: [...planOf(10, []).fields, ...planOf(7, []).fields] }
    const names = differentFacts(a, { ...b, manifest: two }).map(({ name }) => name)
    expect(names).toContain('fields.1.base.costs.fee_bps')
  })

  it('show the best set of each below the table, however many parameters it has', () => {
    const trial = wide(12)[1]!
    const found = { trial, other: null }
    const text = comparisonText(a, b, [], { ...nothing, bestOfA: found, bestOfB: found })
    expect(widest(text)).toBeLessThanOrEqual(WIDTH)
    expect(text).toContain('long_parameter_11 111')
  })
})
