import { AppError } from '../core/errors.js'
import { PLAN_DEFAULT } from '../core/statistics/cross-validation.js'
import {
  GROUPS_MAX,
  problemOfPlan,
  type PurgedPlan,
} from '../core/statistics/purged-combinations.js'
import { DAY_MS, timeframeMs } from '../core/candles/time.js'
import { numberFlag, textFlag, type Flags } from './flags.js'

/** The plan of `assay stats cpcv`, whose purge and embargo are rows. @throws AppError INVALID_SETTING */
export function readRowPlan(flags: Flags): PurgedPlan {
  const rows = (name: string): number | undefined =>
    numberFlag(flags, name, { min: 0, max: 1e6, whole: true, hint: 'it is a number of rows' })
  return readPlan(flags, rows)
}

/** The plan of `assay cross-validate`, whose purge and embargo are lengths of time. */
export function readDayPlan(flags: Flags): PurgedPlan {
  return readPlan(flags, name => daysFlag(flags, name))
}

function readPlan(flags: Flags, length: (name: string) => number | undefined): PurgedPlan {
  const number = (name: string, min: number): number | undefined =>
    numberFlag(flags, name, { min, max: GROUPS_MAX, whole: true })
  const plan = {
    groups: number('groups', 2) ?? PLAN_DEFAULT.groups,
    testGroups: number('test-groups', 1) ?? PLAN_DEFAULT.testGroups,
    purge: length('purge') ?? PLAN_DEFAULT.purge,
    embargo: length('embargo') ?? PLAN_DEFAULT.embargo,
  }
  if (plan.testGroups < plan.groups) return plan
  throw new AppError(
    'INVALID_SETTING',
    `--test-groups is "${plan.testGroups}", but of ${plan.groups} groups at most ${plan.groups - 1} can be tested`,
    { hint: 'the others are trained on: test fewer, or give more --groups' },
  )
}

/** Refuses a plan that so many days do not allow. @throws AppError INVALID_SETTING */
export function checkPlan(days: number, plan: PurgedPlan): void {
  const problem = problemOfPlan(days, plan)
  if (problem === undefined) return
  throw new AppError('INVALID_SETTING', problem.reason, { hint: problem.hint })
}

function daysFlag(flags: Flags, name: string): number | undefined {
  const text = textFlag(flags, name)
  if (text === undefined) return undefined
  if (/^0[mhdw]?$/.test(text)) return 0
  if (!/^[1-9]\d{0,3}[mhdw]$/.test(text)) {
    throw new AppError('INVALID_SETTING', `--${name} is "${text}", which is not a length of time`, {
      hint: `write a whole number of days: --${name} 2d`,
    })
  }
  const days = timeframeMs(text) / DAY_MS
  if (Number.isInteger(days)) return days
  throw new AppError(
    'INVALID_SETTING',
    `--${name} is "${text}", but daily returns are left out in whole days`,
    { hint: `write --${name} ${Math.ceil(days)}d` },
  )
}
