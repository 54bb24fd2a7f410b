import { assertNever } from '../assert.js'
import { AppError } from '../errors.js'
import { nearestName } from '../names.js'

interface Described {
  /** One line for help texts and docs. */
  readonly description?: string
}

/** A number within `min`..`max`, both included. `step` is the natural step of a sweep. */
export interface NumberParam extends Described {
  /** Whether it is whole. */
  readonly kind: 'number' | 'integer'
  /** Its value where nothing is said. */
  readonly default: number
  /** The least value, included. */
  readonly min: number
  /** The greatest value, included. */
  readonly max: number
  /** Distance of the values that a sweep tries where no other is given. */
  readonly step?: number
}

export interface ChoiceParam<T extends string = string> extends Described {
  /** Tells the parameters apart. */
  readonly kind: 'choice'
  /** Its value where nothing is said. */
  readonly default: T
  /** The words that it may be. */
  readonly options: readonly T[]
}

export interface BooleanParam extends Described {
  /** Tells the parameters apart. */
  readonly kind: 'boolean'
  /** Its value where nothing is said. */
  readonly default: boolean
}

export type ParamSpec = NumberParam | ChoiceParam | BooleanParam
export type ParamSpecs = Readonly<Record<string, ParamSpec>>
export type ParamValue = number | string | boolean

/** The values a strategy receives, inferred from its declared specs. */
export type ParamsOf<Specs extends ParamSpecs> = {
  readonly [K in keyof Specs]: Specs[K] extends ChoiceParam<infer T>
    ? T
    : Specs[K] extends BooleanParam
      ? boolean
      : number
}

type Range = Omit<NumberParam, 'kind'>

/** A whole number parameter. */
export const integer = (range: Range): NumberParam => ({ kind: 'integer', ...range })
/** A real number parameter. */
export const number = (range: Range): NumberParam => ({ kind: 'number', ...range })
/** One of a fixed list of words; the first is the default. */
export const choice = <const T extends string>(
  options: readonly [T, ...T[]],
  description = '',
): ChoiceParam<T> => ({
  kind: 'choice',
  // Of what is no list `declarationProblem` says so, with the name of the parameter.
  default: options?.[0],
  options,
  description,
})
/** A yes or no parameter. */
export const flag = (fallback: boolean, description = ''): BooleanParam => ({
  kind: 'boolean',
  default: fallback,
  description,
})

/**
 * Values for every spec: defaults, overlaid by each of `layers` in order (template, then --set).
 * Text is accepted for numbers and booleans, as flags and JSON deliver it.
 * @throws AppError UNKNOWN_PARAMETER or INVALID_PARAMETER, naming the value and the limit
 */
export function resolveParams(
  specs: ParamSpecs,
  layers: readonly Readonly<Record<string, unknown>>[],
): Record<string, ParamValue> {
  const values: Record<string, ParamValue> = {}
  for (const name of Object.keys(specs)) values[name] = specs[name]!.default
  for (const layer of layers) {
    for (const name of Object.keys(layer)) {
      const spec = specs[name]
      if (!spec || !Object.hasOwn(specs, name)) throw unknownParam(name, specs)
      values[name] = parseParam(name, spec, layer[name])
    }
  }
  return values
}

/**
 * The same parameters for the eyes of a strategy: what there is is read as ever, and a name that
 * there is not is looked up in a prototype that refuses it. In pieces, JSON and copies they are plain.
 */
export function guardedParams(
  specs: ParamSpecs,
  values: Readonly<Record<string, ParamValue>>,
): Record<string, ParamValue> {
  const guarded = Object.create(guardOf(specs)) as Record<string, ParamValue>
  for (const name of Object.keys(values)) {
    // Not assigned, which asks the prototype first.
    const value = values[name]
    Object.defineProperty(guarded, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  return guarded
}

/** One a strategy: V8 reads objects of other prototypes in other ways, and a sweep makes a million. */
const GUARDS = new WeakMap<ParamSpecs, object>()

function guardOf(specs: ParamSpecs): object {
  const known = GUARDS.get(specs)
  if (known !== undefined) return known
  const guard = new Proxy(Object.prototype, {
    get(all, name) {
      if (typeof name === 'symbol' || name in all || ASKED_OF_ALL.has(name)) {
        return (all as unknown as Readonly<Record<string | symbol, unknown>>)[name]
      }
      throw unknownParam(name, specs)
    },
  })
  GUARDS.set(specs, guard)
  return guard
}

/** What languages and tools look for in any object. */
const ASKED_OF_ALL: ReadonlySet<string> = new Set(['toJSON', 'then', 'asymmetricMatch', 'nodeType'])

/** One value checked against its spec. @throws AppError INVALID_PARAMETER */
export function parseParam(name: string, spec: ParamSpec, value: unknown): ParamValue {
  switch (spec.kind) {
    case 'choice':
      return parseChoice(name, spec, value)
    case 'boolean':
      if (value === true || value === 'true') return true
      if (value === false || value === 'false') return false
      throw invalid(name, value, 'it must be true or false')
    case 'integer':
    case 'number':
      return parseNumber(name, spec, value)
    default:
      return assertNever(spec)
  }
}

function parseChoice(name: string, spec: ChoiceParam, value: unknown): string {
  if (typeof value === 'string' && spec.options.includes(value)) return value
  throw invalid(name, value, `it must be one of ${spec.options.join(', ')}`)
}

function parseNumber(name: string, spec: NumberParam, value: unknown): number {
  const text = typeof value === 'string' ? value.trim() : value
  const parsed = typeof text === 'string' && text !== '' ? Number(text) : text
  if (typeof parsed !== 'number' || !Number.isFinite(parsed)) {
    throw invalid(name, value, `it must be a number from ${spec.min} to ${spec.max}`)
  }
  if (spec.kind === 'integer' && !Number.isInteger(parsed)) {
    throw invalid(name, value, `it must be a whole number from ${spec.min} to ${spec.max}`)
  }
  if (parsed < spec.min || parsed > spec.max) {
    throw invalid(name, value, `it must lie from ${spec.min} to ${spec.max}`)
  }
  return parsed
}

function invalid(name: string, value: unknown, limit: string): AppError {
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  return new AppError('INVALID_PARAMETER', `parameter ${name} is "${shown}", but ${limit}`, {
    hint: `give another value with --set ${name}=...`,
    data: { name, value },
  })
}

function unknownParam(name: string, specs: ParamSpecs): AppError {
  const known = Object.keys(specs)
  const near = nearestName(name, known)
  return new AppError('UNKNOWN_PARAMETER', `there is no parameter "${name}"`, {
    hint: near
      ? `did you mean ${near}?`
      : known.length > 0
        ? `this strategy takes ${known.join(', ')}`
        : 'this strategy takes no parameters',
    data: { name, known },
  })
}
