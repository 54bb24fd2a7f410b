import type { Options } from 'yargs'
import {
  numberOption,
  optionLabel,
  textOption,
  type NumberLimits,
} from '../../app/options/options.js'
import { AppError } from '../../core/errors.js'

/** Values as yargs hands them over: every flag is declared as a string, so nothing is guessed. */
export type Flags = Readonly<Record<string, unknown>>

/** The declaration of `--json`, for every command that has nothing more to say about it. */
export const JSON_FLAG = { type: 'boolean', describe: 'Print JSON' } as const

/**
 * `--columns -,time,...` as one word: a value that begins with a dash is read as a flag otherwise.
 */
export function joinColumns(args: readonly string[]): readonly string[] {
  return args.flatMap((word, k) => {
    const isValue = args[k - 1] === '--columns' && /^-(,|$)/.test(word)
    const next = args[k + 1]
    if (isValue) return []
    return word === '--columns' && next !== undefined && /^-(,|$)/.test(next)
      ? [`${word}=${next}`]
      : [word]
  })
}

/** The declaration of a flag that takes a value. */
export function valueFlag(describe: string): {
  readonly type: 'string'
  readonly requiresArg: true
  readonly describe: string
} {
  return { type: 'string', requiresArg: true, describe }
}

/** The declaration of `--limit`, for commands that list the newest records. */
export const LIMIT_FLAG = valueFlag('How many [20]')

/** How many records a command lists. @throws AppError INVALID_SETTING */
export function limitOf(flags: Flags): number {
  return numberFlag(flags, 'limit', { min: 1, max: 1e6, whole: true }) ?? 20
}

/** A text flag given once, or undefined. */
export function textFlag(flags: Flags, name: string): string | undefined {
  return textOption({ [name]: once(name, flags[name]) }, name)
}

/** A number flag within its limits, or undefined. @throws AppError INVALID_SETTING */
export function numberFlag(flags: Flags, name: string, limits: NumberLimits): number | undefined {
  return numberOption({ [name]: once(name, flags[name]) }, name, limits)
}

export function isSet(flags: Flags, name: string): boolean {
  return flags[name] === true
}

/**
 * The flags of a command as the options of what it calls: `--stop-loss` is `stopLoss`, `--set` is
 * `params`. What is checked, is checked there.
 */
export function optionsOf<T extends object>(
  flags: Flags,
  declared: Readonly<Record<string, Options>>,
): T {
  const options: Record<string, unknown> = {}
  for (const [flag, { array = false }] of Object.entries(declared)) {
    const value = flags[flag]
    if (value === undefined || flag === 'json') continue
    if (flag === 'set') options['params'] = assignments(array ? [value].flat() : [value])
    else options[camelCase(flag)] = array ? [value].flat() : once(flag, value)
  }
  return options as T
}

/** The values of parameters that have a flag each: `--fast-ma 10` for `fast_ma`. */
export function paramFlags(flags: Flags, names: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {}
  for (const name of names) {
    const value = textFlag(flags, paramFlag(name))
    if (value !== undefined) values[name] = value
  }
  return values
}

/** The flag of a parameter: `fast_ma` gives `fast-ma`. */
export function paramFlag(name: string): string {
  return name.replaceAll('_', '-')
}

/** One parameter may be given by `--set` and by its own flag, but not two values. */
export function checkAgreement(
  set: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(own)) {
    const other = set[name]
    if (other === undefined || other === value || Number(other) === Number(value)) continue
    throw new AppError(
      'USAGE',
      `--set ${name}=${String(other)} and --${paramFlag(name)} ${value} do not agree`,
      { hint: 'give one of them' },
    )
  }
}

/** `--set a=1 --set b=2` as a record. @throws AppError USAGE */
function assignments(texts: readonly unknown[]): Record<string, string> {
  const entries = texts.map(String).map(text => {
    const at = text.indexOf('=')
    if (at < 1)
      throw new AppError('USAGE', `--set "${text}" is not name=value`, {
        hint: 'for example --set fast_ma=10',
      })
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const
  })
  return Object.fromEntries(entries)
}

/** @throws AppError USAGE for a flag that was repeated and may not be */
function once(name: string, value: unknown): unknown {
  if (!Array.isArray(value)) return value
  throw new AppError('USAGE', `${optionLabel(name)} was given ${value.length} times`, {
    hint: 'give it once',
  })
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
