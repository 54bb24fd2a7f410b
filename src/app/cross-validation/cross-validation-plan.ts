import { AppError } from '../../core/errors.js'
import { PLAN_DEFAULT } from '../../core/statistics/splits/cross-validation.js'
import {
  GROUPS_MAX,
  problemOfPlan,
  type PurgedPlan,
} from '../../core/statistics/splits/purged-combinations.js'
import { DAY_MS, timeframeMs } from '../../core/candles/time.js'
import {
  type Amount,
  numberOption,
  type Optional,
  optionLabel,
  textOption,
} from '../options/options.js'

/** How days or rows are cut into groups. */
export type PlanOptions = Optional<{
  groups: Amount
  testGroups: Amount
  /** Days as `2d`, or a number of rows. */
  purge: Amount
  embargo: Amount
}>

type Length = 'purge' | 'embargo'

/** The plan of `assay stats cpcv`, whose purge and embargo are rows. @throws AppError INVALID_SETTING */
export function readRowPlan(options: PlanOptions): PurgedPlan {
  const rows = (name: Length): number | undefined =>
    numberOption(options, name, { min: 0, max: 1e6, whole: true, hint: 'it is a number of rows' })
  return readPlan(options, rows)
}

/** The plan of `assay cross-validate`, whose purge and embargo are lengths of time. */
export function readDayPlan(options: PlanOptions): PurgedPlan {
  return readPlan(options, name => daysOption(options, name))
}

function readPlan(options: PlanOptions, length: (name: Length) => number | undefined): PurgedPlan {
  const number = (name: 'groups' | 'testGroups', min: number): number | undefined =>
    numberOption(options, name, { min, max: GROUPS_MAX, whole: true })
  const plan = {
    groups: number('groups', 2) ?? PLAN_DEFAULT.groups,
    testGroups: number('testGroups', 1) ?? PLAN_DEFAULT.testGroups,
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

function daysOption(options: PlanOptions, name: Length): number | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  if (/^0[mhdw]?$/.test(text)) return 0
  if (!/^[1-9]\d{0,3}[mhdw]$/.test(text)) {
    throw new AppError(
      'INVALID_SETTING',
      `${optionLabel(name)} is "${text}", which is not a length of time`,
      {
        hint: `write a whole number of days: ${optionLabel(name)} 2d`,
      },
    )
  }
  const days = timeframeMs(text) / DAY_MS
  if (Number.isInteger(days)) return days
  throw new AppError(
    'INVALID_SETTING',
    `${optionLabel(name)} is "${text}", but daily returns are left out in whole days`,
    { hint: `write ${optionLabel(name)} ${Math.ceil(days)}d` },
  )
}
