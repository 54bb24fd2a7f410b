import { AppError } from '../core/errors.js'
import { parseOffsetTime } from './times.js'

/** Values as yargs hands them over: every flag is declared as a string, so nothing is guessed. */
export type Flags = Readonly<Record<string, unknown>>

/** The declaration of `--json`, for every command that has nothing more to say about it. */
export const JSON_FLAG = { type: 'boolean', describe: 'Print JSON' } as const

/** A text flag given once, or undefined. */
export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  if (Array.isArray(value)) {
    throw new AppError('USAGE', `--${name} was given ${value.length} times`, {
      hint: 'give it once',
    })
  }
  const text = String(value).trim()
  if (text === '')
    throw new AppError('USAGE', `--${name} has no value`, { hint: `write --${name} VALUE` })
  return text
}

/** Every value of a flag that may be repeated. */
export function listFlag(flags: Flags, name: string): readonly string[] {
  const value = flags[name]
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).map(String)
}

export interface NumberLimits {
  readonly min: number
  readonly max: number
  /** The limits themselves are not allowed. */
  readonly open?: boolean
  readonly whole?: boolean
  /** What to write instead, for a value out of range. */
  readonly hint?: string
}

/** A number flag within its limits, or undefined. @throws AppError INVALID_SETTING */
export function numberFlag(flags: Flags, name: string, limits: NumberLimits): number | undefined {
  const text = textFlag(flags, name)
  return text === undefined ? undefined : checkNumber(`--${name}`, text, limits)
}

/** A number from a flag or a file within its limits. @throws AppError INVALID_SETTING */
export function checkNumber(name: string, value: unknown, limits: NumberLimits): number {
  const { min, max, open = false, whole = false } = limits
  const number = typeof value === 'number' ? value : Number(String(value).trim() || NaN)
  const inside = open ? number > min && number < max : number >= min && number <= max
  if (inside && (!whole || Number.isInteger(number))) return number
  const range = open ? `above ${min} and below ${max}` : `from ${min} to ${max}`
  throw new AppError(
    'INVALID_SETTING',
    `${name} is "${String(value)}", but it must be a ${whole ? 'whole ' : ''}number ${range}`,
    {
      hint: limits.hint ?? `give ${name} another value`,
    },
  )
}

/** A point in time from a flag, UTC milliseconds. @throws AppError INVALID_TIME */
export function timeFlag(flags: Flags, name: string): number | undefined {
  const text = textFlag(flags, name)
  return text === undefined ? undefined : parseOffsetTime(`--${name}`, text)
}

export function isSet(flags: Flags, name: string): boolean {
  return flags[name] === true
}

/** What `--time-limit` says, in milliseconds; null where nothing is said. */
export function limitFlag(flags: Flags): number | null {
  const seconds = numberFlag(flags, 'time-limit', { min: 0.1, max: 2_000_000 })
  return seconds === undefined ? null : seconds * 1000
}
