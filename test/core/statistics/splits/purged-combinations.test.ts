import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  combinationCount,
  COMBINATIONS_MAX,
  groupsOf,
  problemOfPlan,
  purgedCombinations,
  type DayRange,
  type PurgedPlan,
} from '../../../../src/core/statistics/splits/purged-combinations.js'

interface SplitCase extends PurgedPlan {
  readonly days: number
  readonly training: readonly string[]
  readonly tests: readonly string[]
  readonly paths: readonly string[]
}

/** What skfolio makes of the same plans; `source` names its version. */
const REFERENCE = JSON.parse(
  readFileSync(join(import.meta.dirname, 'skfolio-cpcv.json'), 'utf8'),
) as { source: string; splits: readonly SplitCase[] }

const text = (ranges: readonly DayRange[]): string =>
  ranges.map(({ from, to }) => `${from}-${to}`).join(' ')

const daysOf = (ranges: readonly DayRange[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, k) => from + k))

const plans = fc
  .record({
    groups: fc.integer({ min: 2, max: 9 }),
    tested: fc.nat(100),
    purge: fc.nat(12),
    embargo: fc.nat(12),
    days: fc.integer({ min: 18, max: 130 }),
  })
  .map(({ tested, ...plan }) => ({ ...plan, testGroups: 1 + (tested % (plan.groups - 1)) }))

describe('groups', () => {
  it('are contiguous and differ by a day at most, the longer ones first', () => {
    expect(groupsOf(11, 4).map(({ from, to }) => to - from)).toEqual([3, 3, 3, 2])
    expect(text(groupsOf(11, 4))).toBe('0-3 3-6 6-9 9-11')
  })
})

describe('combinations', () => {
  it('of 6 groups with 2 tested are the 15 of the book, with its 5 paths', () => {
    const plan = { groups: 6, testGroups: 2, purge: 0, embargo: 0 }
    const { combinations, paths } = purgedCombinations(60, plan)
    expect(combinations.map(({ tested }) => tested.map(group => group + 1).join(''))).toEqual(
      '12 13 14 15 16 23 24 25 26 34 35 36 45 46 56'.split(' '),
    )
    // Figure 12.2: the combinations, from 1, that each path takes its six tests from.
    expect(paths.map(path => path.map(k => k + 1))).toEqual([
      [1, 1, 2, 3, 4, 5],
      [2, 6, 6, 7, 8, 9],
      [3, 7, 10, 10, 11, 12],
      [4, 8, 11, 13, 13, 14],
      [5, 9, 12, 14, 15, 15],
    ])
  })

  it('leave out purge before a test, and purge and embargo after it', () => {
    const plan = { groups: 5, testGroups: 2, purge: 2, embargo: 1 }
    const training = purgedCombinations(50, plan).combinations.map(one => text(one.training))
    expect(training.slice(0, 5)).toEqual([
      '23-50',
      '13-18 33-50',
      '13-28 43-50',
      '13-38',
      '0-8 33-50',
    ])
  })

  it('go on leaving out where that is more than a group', () => {
    const plan = { groups: 5, testGroups: 1, purge: 6, embargo: 8 }
    const training = purgedCombinations(50, plan).combinations.map(one => text(one.training))
    expect(training).toEqual(['24-50', '0-4 34-50', '0-14 44-50', '0-24', '0-34'])
  })

  it.each(REFERENCE.splits.map(one => [one.groups, one.testGroups, one.purge, one.embargo, one]))(
    'of %i groups with %i tested, purge %i, embargo %i are those of skfolio',
    (_groups, _tested, _purge, _embargo, wanted) => {
      const own = wanted
      const { groups, combinations, paths } = purgedCombinations(own.days, own)
      expect(combinations.map(one => text(one.training))).toEqual(own.training)
      expect(combinations.map(one => text(one.tested.map(group => groups[group]!)))).toEqual(
        own.tests,
      )
      expect(paths.map(path => path.join(' '))).toEqual(own.paths)
    },
  )

  it('train on every day that is far enough from all tests, and on no other', () => {
    fc.assert(
      fc.property(plans, ({ days, ...plan }) => {
        const { groups, combinations } = purgedCombinations(days, plan)
        expect(combinations).toHaveLength(combinationCount(plan.groups, plan.testGroups))
        for (const { tested, training, trainingDays } of combinations) {
          const tests = tested.map(group => groups[group]!)
          const isLeftOut = (day: number): boolean =>
            tests.some(
              ({ from, to }) => day >= from - plan.purge && day < to + plan.purge + plan.embargo,
            )
          const wanted = Array.from({ length: days }, (_, day) => day).filter(
            day => !isLeftOut(day),
          )
          expect(daysOf(training)).toEqual(wanted)
          expect(trainingDays).toBe(wanted.length)
        }
      }),
    )
  })
})

describe('paths', () => {
  it('have every day exactly once, and use every test exactly once', () => {
    fc.assert(
      fc.property(plans, ({ days, ...plan }) => {
        const { groups, combinations, paths } = purgedCombinations(days, plan)
        expect(paths).toHaveLength((combinations.length * plan.testGroups) / plan.groups)
        const used = new Set<string>()
        for (const path of paths) {
          expect(daysOf(path.map((_, group) => groups[group]!))).toEqual(
            Array.from({ length: days }, (_, day) => day),
          )
          path.forEach((combination, group) => {
            expect(combinations[combination]!.tested).toContain(group)
            used.add(`${combination} ${group}`)
          })
        }
        expect(used.size).toBe(combinations.length * plan.testGroups)
      }),
    )
  })
})

describe('a plan is refused', () => {
  const plan = { groups: 10, testGroups: 2, purge: 2, embargo: 1 }

  it.each([
    ['without a group to train on', 100, { ...plan, testGroups: 10 }, /10 test groups of 10/],
    ['with one group', 100, { ...plan, groups: 1, testGroups: 1 }, /1 test groups of 1 groups/],
    ['with too many combinations', 1000, { ...plan, groups: 20, testGroups: 10 }, /184756 comb/],
    ['with more groups than days', 19, plan, /19 days are too few for 10 groups, which need 20/],
    [
      'whose purge leaves too little',
      20,
      { ...plan, purge: 5 },
      /purge of 5 and an embargo of 1 days leave 0 of 20 days to train on/,
    ],
  ])('%s', (_, days, given, message) => {
    expect(problemOfPlan(days, given)?.reason).toMatch(message)
    expect(problemOfPlan(days, given)?.hint).toMatch(/group/)
  })

  it('only where it must be', () => {
    expect(problemOfPlan(100, plan)).toBeUndefined()
    expect(problemOfPlan(100, { ...plan, purge: 0, embargo: 0, testGroups: 9 })).toBeUndefined()
    expect(COMBINATIONS_MAX).toBeGreaterThan(combinationCount(14, 7))
    expect(combinationCount(100, 2)).toBe(4950)
    expect(combinationCount(52, 5)).toBe(2_598_960)
  })
})
