import { AppError } from '../core/errors.js'
import { nearestName } from '../core/names.js'
import type { ParamValue } from '../core/strategy/params.js'
import type { Flags } from './flags.js'

type Scalar = string | number | boolean

/** What an option of the research API may be. What is undefined or null was not given. */
export type OptionValue =
  | Scalar
  | Date
  | readonly Scalar[]
  | Readonly<Record<string, Scalar | readonly Scalar[]>>
  | null
  | undefined

/** Options that every run has, under the names of the flags in camelCase; the rest are flags too. */
export interface RunOptions {
  /** Id of a strategy, or path of a strategy file. */
  readonly strategy?: string
  readonly symbol?: string
  readonly timeframe?: string
  readonly template?: string
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly from?: string | Date
  readonly to?: string | Date
  readonly capital?: number
  readonly feeBps?: number
  readonly slippageBps?: number
  readonly fill?: 'next_open' | 'close'
  readonly stopLoss?: number
  readonly takeProfit?: number
  readonly trailingStop?: number
  readonly positionSize?: number | string
  /** Path of a page to write; none is written unless it is given. */
  readonly report?: string
  readonly [flag: string]: OptionValue
}

/** Options of a search, beside those of a run. */
export interface SearchOptions extends RunOptions {
  /** `{ fast_ma: '5:30:5', slow_ma: [40, 80] }`. */
  readonly grid?: Readonly<Record<string, string | readonly Scalar[]>>
  readonly objective?: string | readonly string[]
  readonly method?: string
  readonly trials?: number
  readonly minTrades?: number
}

/**
 * Options as the flags that the command line would have read, so that both are checked by the same code.
 * `allowed` names the flags there are.
 * @throws AppError USAGE for an option that is none of them
 */
export function flagsOf(
  options: Readonly<Record<string, OptionValue>>,
  allowed: readonly string[],
): Flags {
  const flags: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue
    const flag = name === 'params' ? 'set' : kebabCase(name)
    if (!allowed.includes(flag)) throw unknownOption(name, allowed)
    flags[flag] = flagValue(value)
  }
  return flags
}

/** `stopLoss` as `stop-loss`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

function flagValue(value: NonNullable<OptionValue>): unknown {
  if (value === true) return true
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(String)
  if (typeof value !== 'object') return String(value)
  return Object.entries(value as Readonly<Record<string, Scalar | readonly Scalar[]>>).map(
    ([name, inner]) => `${name}=${Array.isArray(inner) ? inner.join(',') : String(inner)}`,
  )
}

function unknownOption(name: string, allowed: readonly string[]): AppError {
  const names = allowed.map(flag =>
    flag === 'set'
      ? 'params'
      : flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  )
  const near = nearestName(name, names)
  return new AppError('USAGE', `there is no option "${name}"`, {
    hint: near ? `did you mean ${near}?` : `there are ${names.join(', ')}`,
  })
}
