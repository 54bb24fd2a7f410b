import {
  PROFILE_DAYS,
  PROFILE_NAMES,
  type ProfileChoice,
} from '../../../backtest/metric-profiles/profile.js'
import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import type { BacktestOptions } from '../input/run-options.js'
import { textOption } from '../../options/options.js'

const EXAMPLE = '--metrics-as empyrical, or --metrics-as empyrical:365'

/** `--metrics-as empyrical:365` as a choice, or null where it was not given. @throws AppError */
export function readProfile(options: BacktestOptions): ProfileChoice | null {
  const text = textOption(options, 'metricsAs')
  if (text === undefined) return null
  const [name = '', days, ...rest] = text.split(':')
  const profile = PROFILE_NAMES.find(one => one === name)
  if (profile === undefined) throw unknownProfile(name)
  if (days === undefined) return { profile, daysAYear: null }
  if (PROFILE_DAYS[profile] === null) {
    throw new AppError(
      'USAGE',
      `--metrics-as "${text}": ${profile} decides the days a year itself`,
      {
        hint: `write --metrics-as ${profile}`,
      },
    )
  }
  const daysAYear = /^\d{1,3}$/.test(days) && rest.length === 0 ? Number(days) : NaN
  if (daysAYear >= 1 && daysAYear <= 366) return { profile, daysAYear }
  throw new AppError(
    'INVALID_SETTING',
    `--metrics-as "${text}": the days a year must be a whole number from 1 to 366`,
    { hint: `for example ${EXAMPLE}` },
  )
}

function unknownProfile(name: string): AppError {
  const near = nearestName(name, PROFILE_NAMES)
  return new AppError(
    'INVALID_SETTING',
    `--metrics-as is "${name}", but it must be one of ${PROFILE_NAMES.join(', ')}`,
    { hint: near ? `did you mean ${near}?` : `for example ${EXAMPLE}` },
  )
}
