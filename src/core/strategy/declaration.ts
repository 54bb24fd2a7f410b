import { AppError } from '../errors.js'
import { nearestName } from '../names.js'
import { indicatorProblem, type DeclarationProblem } from './indicator-problem.js'
import { guardedParams, resolveParams, type ParamSpec, type ParamSpecs } from './params.js'
import type { AnyStrategy } from './strategy.js'

/**
 * The first mistake in what a strategy declares, or null. Types say all of this, but nobody has to
 * ask them: a file runs without a look at its types.
 */
export function declarationProblem(strategy: AnyStrategy): DeclarationProblem | null {
  const specs = strategy.params as Readonly<Record<string, unknown>>
  for (const [name, spec] of Object.entries(specs)) {
    const found = specProblem(spec)
    if (found !== null) return { ...found, problem: `parameter ${name} ${found.problem}` }
  }
  return templateProblem(strategy) ?? initialProblem(strategy) ?? indicatorsProblem(strategy)
}

const KEYS = {
  number: ['kind', 'default', 'min', 'max', 'step', 'description'],
  integer: ['kind', 'default', 'min', 'max', 'step', 'description'],
  choice: ['kind', 'default', 'options', 'description'],
  boolean: ['kind', 'default', 'description'],
} as const satisfies Record<ParamSpec['kind'], readonly string[]>

const EXAMPLES: Readonly<Record<ParamSpec['kind'], string>> = {
  number: 'number({ default: 2, min: 0.5, max: 5 })',
  integer: 'integer({ default: 10, min: 1, max: 100 })',
  choice: "choice(['calm', 'quick'], 'How it trades'); the first is the default",
  boolean: "flag(false, 'Whether it trades at night')",
}

type Fields = Readonly<Record<string, unknown>>

function specProblem(spec: unknown): DeclarationProblem | null {
  const fields = (typeof spec === 'object' && spec !== null ? spec : {}) as Fields
  const kind = fields['kind']
  if (typeof kind !== 'string' || !Object.hasOwn(KEYS, kind)) {
    const hint = 'declare it by integer, number, choice or flag'
    return { problem: `is "${shown(spec)}", which is no declaration of a parameter`, hint }
  }
  const known = kind as ParamSpec['kind']
  const problem = textProblem(fields) ?? valueProblem(known, fields) ?? keyProblem(known, fields)
  return typeof problem === 'string' ? { problem, hint: `write ${EXAMPLES[known]}` } : problem
}

function textProblem({ description }: Fields): string | null {
  if (description === undefined || typeof description === 'string') return null
  return `has the description "${shown(description)}", but a description is a text`
}

function valueProblem(kind: ParamSpec['kind'], fields: Fields): string | null {
  if (kind === 'choice') return choiceProblem(fields)
  if (kind === 'boolean') {
    const value = fields['default']
    return typeof value === 'boolean'
      ? null
      : `has the default "${shown(value)}", not true or false`
  }
  return rangeProblem(kind, fields)
}

function choiceProblem({ options }: Fields): string | null {
  if (!Array.isArray(options)) return `has the options "${shown(options)}", but they are a list`
  if (options.length === 0) return 'has no options, but must have at least one'
  const wrong: unknown = options.find(option => typeof option !== 'string' || option === '')
  if (wrong !== undefined) return `has the option "${shown(wrong)}", but an option is a text`
  const twice: unknown = options.find((option, k) => options.indexOf(option) !== k)
  return twice === undefined ? null : `has the option "${shown(twice)}" twice`
}

function rangeProblem(kind: 'number' | 'integer', fields: Fields): string | null {
  for (const name of ['default', 'min', 'max'] as const) {
    if (!Number.isFinite(fields[name])) {
      return `has the ${name} "${shown(fields[name])}", but it must be a number`
    }
    if (kind === 'integer' && !Number.isInteger(fields[name])) {
      return `has the ${name} "${shown(fields[name])}", but it must be a whole number`
    }
  }
  const { min, max, step, default: value } = fields as Readonly<Record<string, number>>
  if (min! > max!) return `has the min "${min}", which is above its max "${max}"`
  if (value! < min! || value! > max!) {
    return `has the default "${value}", which must lie from ${min} to ${max}`
  }
  if (step === undefined || (Number.isFinite(step) && step > 0)) return null
  return `has the step "${shown(step)}", but it must be a number above 0`
}

function keyProblem(kind: ParamSpec['kind'], fields: Fields): DeclarationProblem | null {
  const known: readonly string[] = KEYS[kind]
  const name = Object.keys(fields).find(key => !known.includes(key))
  if (name === undefined) return null
  const near = nearestName(name, known)
  const hint = near ? `did you mean ${near}?` : `write ${EXAMPLES[kind]}`
  return { problem: `has "${name}", which a ${kind} does not know`, hint }
}

function templateProblem(strategy: AnyStrategy): DeclarationProblem | null {
  const { templates } = strategy as { readonly templates: unknown }
  if (typeof templates !== 'object' || templates === null) {
    const hint = 'leave them out, or write templates: { calm: { fast: 20 } }'
    return { problem: `templates are "${shown(templates)}", which is no record of sets`, hint }
  }
  const specs = strategy.params as ParamSpecs
  for (const [name, values] of Object.entries(templates as Fields)) {
    try {
      if (typeof values !== 'object' || values === null) throw noSet(name, values)
      resolveParams(specs, [values as Fields])
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const hint = error.code === 'UNKNOWN_PARAMETER' ? error.hint : 'give it a value that it takes'
      return { problem: `template ${name}: ${error.message}`, hint }
    }
  }
  return null
}

function noSet(name: string, values: unknown): AppError {
  return new AppError('INVALID_PARAMETER', `"${shown(values)}" is no set of parameters`, {
    hint: `write ${name}: { name: value }`,
  })
}

/** The state with the default parameters: it may be another with others, but not of another kind. */
function initialProblem(strategy: AnyStrategy): DeclarationProblem | null {
  const hint = 'a state is a flat record of finite numbers: initial: () => ({ entries: 0 })'
  if (typeof strategy.initial !== 'function') {
    return { problem: `initial is "${shown(strategy.initial)}", which is no function`, hint }
  }
  const specs = strategy.params as ParamSpecs
  const state = strategy.initial(guardedParams(specs, resolveParams(specs, []))) as unknown
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    return { problem: `the initial state is "${shown(state)}", which is no record`, hint }
  }
  for (const [name, value] of Object.entries(state)) {
    if (Number.isFinite(value)) continue
    return {
      problem: `${name} of the initial state is "${shown(value)}", which is no finite number`,
      hint,
    }
  }
  return null
}

/** The indicators with the default parameters. What they throw is told when a run asks for them. */
function indicatorsProblem(strategy: AnyStrategy): DeclarationProblem | null {
  const specs = strategy.params as ParamSpecs
  let indicators: unknown
  try {
    indicators = strategy.indicators(guardedParams(specs, resolveParams(specs, [])))
  } catch {
    return null
  }
  return indicatorProblem(indicators)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'function') return 'a function'
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
}
