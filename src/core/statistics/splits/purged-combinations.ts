import { assert } from '../../assert.js'
import { RETURNS_MIN } from '../statistic.js'

/** How days are cut for a cross-validation. `purge` and `embargo` are days. */
export interface PurgedPlan {
  /** Contiguous stretches that the days are cut into. */
  readonly groups: number
  /** Groups that are tested in each combination. */
  readonly testGroups: number
  /** Days on either side of a test that are not trained on. */
  readonly purge: number
  /** Further days after a test that are not trained on. */
  readonly embargo: number
}

/** Days by their index: `from` is the first of them, `to` the first after them. */
export interface DayRange {
  /** The first of them. */
  readonly from: number
  /** The first after them. */
  readonly to: number
}

/** A choice of test groups, and what is left to train on. */
export interface Combination {
  /** Groups that are tested, from 0, rising. */
  readonly tested: readonly number[]
  /** Rising, without overlap. */
  readonly training: readonly DayRange[]
  /** How many days are trained on. */
  readonly trainingDays: number
}

export interface PurgedCombinations {
  /** The days of each group. */
  readonly groups: readonly DayRange[]
  /** Every choice of test groups, in lexicographic order. */
  readonly combinations: readonly Combination[]
  /** Of each path, the combination that each group's test is taken from. */
  readonly paths: readonly (readonly number[])[]
}

export const GROUPS_MAX = 100
/** More combinations than this tell no more, and take long. */
export const COMBINATIONS_MAX = 5_000

/** `C(groups, testGroups)`, exact up to 2^53 and far beyond the limit after that. */
export function combinationCount(groups: number, testGroups: number): number {
  let count = 1
  for (let k = 1; k <= Math.min(testGroups, groups - testGroups); k++) {
    count = Math.round((count * (groups - k + 1)) / k)
  }
  return count
}

/** Groups in time, as equal as possible: where the days do not divide, the first ones are a day longer. */
export function groupsOf(days: number, groups: number): readonly DayRange[] {
  const before = (group: number): number =>
    group * Math.floor(days / groups) + Math.min(group, days % groups)
  return Array.from({ length: groups }, (_, g) => ({ from: before(g), to: before(g + 1) }))
}

/**
 * All combinations of test groups with their training, and the paths that the tests make: the test of
 * a group in its j-th combination belongs to path j, so that each path has every group once. López de
 * Prado, Advances in Financial Machine Learning (2018), chapters 7 and 12.
 */
export function purgedCombinations(days: number, plan: PurgedPlan): PurgedCombinations {
  const { groups: count, testGroups } = plan
  assert(testGroups >= 1 && testGroups < count, 'some groups are tested and some are not')
  assert(combinationCount(count, testGroups) <= COMBINATIONS_MAX, 'too many combinations')
  const groups = groupsOf(days, count)
  const combinations = Array.from(choices(count, testGroups), tested => {
    const ranges = tested.map(group => groups[group]!)
    const training = trainingAround(ranges, days, plan)
    const trainingDays = training.reduce((sum, { from, to }) => sum + to - from, 0)
    return { tested, training, trainingDays }
  })
  const byGroup = groups.map((_, group) =>
    combinations.flatMap(({ tested }, k) => (tested.includes(group) ? [k] : [])),
  )
  const paths = byGroup[0]!.map((_, path) => byGroup.map(tests => tests[path]!))
  return { groups, combinations, paths }
}

function* choices(groups: number, chosen: number): Generator<readonly number[]> {
  const choice = Array.from({ length: chosen }, (_, k) => k)
  for (;;) {
    yield [...choice]
    let k = chosen - 1
    while (k >= 0 && choice[k] === groups - chosen + k) k--
    if (k < 0) return
    choice[k] = choice[k]! + 1
    for (let next = k + 1; next < chosen; next++) choice[next] = choice[next - 1]! + 1
  }
}

/**
 * The days that are no test day, none of the `purge` days before a test group, and none of the
 * `purge + embargo` days after one. Where that is more than a group, it goes on into the next one.
 */
function trainingAround(
  tested: readonly DayRange[],
  days: number,
  { purge, embargo }: PurgedPlan,
): readonly DayRange[] {
  const training: DayRange[] = []
  let from = 0
  for (const test of tested) {
    if (test.from - purge > from) training.push({ from, to: test.from - purge })
    from = test.to + purge + embargo
  }
  if (from < days) training.push({ from, to: days })
  return training
}

/** What is wrong with a plan, and what to do about it. */
export interface PlanProblem {
  /** What is wrong. */
  readonly reason: string
  /** What to do. */
  readonly hint: string
}

/** Why so many returns cannot be cross-validated by a plan, or undefined where they can. */
export function problemOfPlan(count: number, plan: PurgedPlan): PlanProblem | undefined {
  const { groups, testGroups, purge, embargo } = plan
  if (groups < 2 || testGroups < 1 || testGroups >= groups) {
    return {
      reason: `${testGroups} test groups of ${groups} groups leave none to train on, at most ${Math.max(1, groups - 1)} of 2 groups or more can be tested`,
      hint: 'test fewer groups, or cut into more',
    }
  }
  const combinations = combinationCount(groups, testGroups)
  if (combinations > COMBINATIONS_MAX) {
    return {
      reason: `${testGroups} test groups of ${groups} are ${combinations} combinations, at most ${COMBINATIONS_MAX} are computed`,
      hint: 'test fewer groups, or cut into fewer',
    }
  }
  if (count < 2 * groups) {
    return {
      reason: `${count} days are too few for ${groups} groups, which need ${2 * groups}`,
      hint: 'cut into fewer groups, or take a longer time',
    }
  }
  const least = purgedCombinations(count, plan).combinations.reduce((few, one) =>
    one.trainingDays < few.trainingDays ? one : few,
  )
  if (least.trainingDays >= RETURNS_MIN) return undefined
  const tested = least.tested.map(group => group + 1).join(', ')
  return {
    reason: `a purge of ${purge} and an embargo of ${embargo} days leave ${least.trainingDays} of ${count} days to train on where groups ${tested} of ${groups} are tested, at least ${RETURNS_MIN} are needed`,
    hint: 'purge less, test fewer groups, or take a longer time',
  }
}
