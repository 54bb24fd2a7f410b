import { listed, nearestName } from '../../core/names.js'
import { AppError } from '../../core/errors.js'
import { parseOffsetTime } from './times.js'

/** Options of a use case. What is undefined or null was not given. */
export type Optional<T> = { readonly [K in keyof T]?: T[K] | null | undefined }

/** A number, or the text of one, as a file or a command line has it. */
export type Amount = number | string

/** A time with its offset, or a date, which is midnight UTC. */
export type Time = string | Date

type Given<K extends string> = { readonly [P in K]?: unknown }

/** `stopLoss` as messages name it: `--stop-loss`. */
export function optionLabel(name: string): string {
  if (name === 'params') return '--set'
  return `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

/** The text of an option, or undefined. @throws AppError USAGE where it is blank */
export function textOption<K extends string>(options: Given<K>, name: K): string | undefined {
  const value: unknown = options[name]
  if (value === undefined || value === null) return undefined
  const text = value instanceof Date ? value.toISOString() : String(value).trim()
  if (text !== '') return text
  const label = optionLabel(name)
  throw new AppError('USAGE', `${label} has no value`, { hint: `write ${label} VALUE` })
}

/** Every text of an option that is a list. A record is one of `name=value`, or `name=value,value`. */
export function listOption<K extends string>(options: Given<K>, name: K): readonly string[] {
  const value: unknown = options[name]
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.map(String)
  if (typeof value !== 'object') return [String(value)]
  return Object.entries(value).map(
    ([key, inner]) => `${key}=${Array.isArray(inner) ? inner.join(',') : String(inner)}`,
  )
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

/** A number within its limits, or undefined. @throws AppError INVALID_SETTING */
export function numberOption<K extends string>(
  options: Given<K>,
  name: K,
  limits: NumberLimits,
): number | undefined {
  const text = textOption(options, name)
  return text === undefined ? undefined : checkNumber(optionLabel(name), text, limits)
}

/** A number from an option or a file within its limits. @throws AppError INVALID_SETTING */
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

/** A point in time, UTC milliseconds. @throws AppError INVALID_TIME */
export function timeOption<K extends string>(options: Given<K>, name: K): number | undefined {
  const text = textOption(options, name)
  return text === undefined ? undefined : parseOffsetTime(optionLabel(name), text)
}

export function isOn<K extends string>(options: Given<K>, name: K): boolean {
  return options[name] === true
}

/** What `timeLimit` says, in milliseconds; null where nothing is said. */
export function timeLimitOption(options: Given<'timeLimit'>): number | null {
  const seconds = numberOption(options, 'timeLimit', { min: 0.1, max: 2_000_000 })
  return seconds === undefined ? null : seconds * 1000
}

/**
 * A text that is one of a few, in any case.
 * @param label what it is called: `--format`, or a key of a file
 * @throws AppError USAGE, or with the code that is given
 */
export function oneOf<T extends string>(
  label: string,
  text: string,
  known: readonly T[],
  code: 'USAGE' | 'INVALID_SETTING' = 'USAGE',
): T {
  const found = known.find(one => one === text.toLowerCase())
  if (found !== undefined) return found
  const near = nearestName(text, known)
  const all = listed(known, 'or')
  throw new AppError(code, `${label} "${text}" is not known`, {
    hint: near === undefined ? `use ${all}` : `did you mean ${near}? use ${all}`,
  })
}
