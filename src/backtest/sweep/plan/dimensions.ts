import { assert } from '../../../core/assert.js'
import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import {
  parseParam,
  type NumberParam,
  type ParamSpec,
  type ParamSpecs,
  type ParamValue,
} from '../../../core/strategy/params.js'
import type { Dimension } from '../../../core/search/search.js'
import { listDimension, rangeDimension } from '../../../core/search/space.js'
import { SWEPT_SETTINGS, type SweptSetting } from './swept-settings.js'

/** One `--grid`, read as far as that goes without knowing the strategy. */
export interface GridEntry {
  readonly text: string
  readonly name: string
  /**
   * The values, checked against the strategy's parameters or the limits of the setting.
   * @throws AppError UNKNOWN_PARAMETER or INVALID_GRID
   */
  dimension(specs: ParamSpecs): Dimension
}

/** `name=from:to:step`, `name=from:to` or `name=a,b,c`. @throws AppError INVALID_GRID */
export function parseGrid(given: string): GridEntry {
  const text = given.trim()
  const at = text.indexOf('=')
  const name = text.slice(0, Math.max(at, 0)).trim()
  const values = text.slice(at + 1).trim()
  if (at < 0 || name === '') throw refused(text, 'it names no parameter', EXAMPLE_HINT)
  const isText = Object.hasOwn(SWEPT_SETTINGS, name) && SWEPT_SETTINGS[name]!.isText === true
  const words = values.split(isText ? ',' : /[:,]/).map(word => word.trim())
  if (words.includes('')) throw refused(text, 'a value is missing', EXAMPLE_HINT)
  const isRange = !isText && values.includes(':')
  if (isRange && (values.includes(',') || words.length > 3)) {
    throw refused(text, `"${values}" is neither a range nor a list`, EXAMPLE_HINT)
  }
  return {
    text,
    name,
    dimension(specs) {
      const target = findTarget(text, name, specs)
      return isRange ? rangeOf(target, words) : listOf(target, words)
    },
  }
}

const EXAMPLE_HINT = 'write --grid fast_ma=5:50:1 or --grid fast_ma=5,10,20'

/** Several `--grid`. @throws AppError INVALID_GRID, also for a name that is given twice */
export function parseGrids(texts: readonly string[]): readonly GridEntry[] {
  const entries = texts.map(parseGrid)
  const twice = entries.find(({ name }, k) => entries.findIndex(e => e.name === name) !== k)
  if (twice === undefined) return entries
  throw refused(twice.text, `"${twice.name}" is swept twice`, 'give all its values in one --grid')
}

/** The names that a sweep of these parameters can go over. */
export function gridNames(specs: ParamSpecs): readonly string[] {
  return [...Object.keys(specs), ...Object.keys(SWEPT_SETTINGS)]
}

const LEVELS_OF_INTEGERS = 1001

/**
 * Parameters over their whole range, for methods that do not try everything: numbers by their own
 * step; whole numbers without one by 1, or by the least step that makes at most 1,001. Other
 * numbers without a step keep the value that they start from: their range says what is possible,
 * not what is sensible.
 */
export function defaultDimensions(specs: ParamSpecs): readonly Dimension[] {
  return Object.entries(specs).flatMap(([name, spec]) => {
    if (spec.kind === 'choice') return listDimension(name, spec.options)
    if (spec.kind === 'boolean') return listDimension(name, [false, true])
    const { min: from, max: to } = spec
    if (spec.step !== undefined) return rangeDimension(name, { from, to, step: spec.step })
    if (spec.kind === 'number') return []
    const step = Math.max(1, Math.ceil((to - from) / (LEVELS_OF_INTEGERS - 1)))
    return rangeDimension(name, { from, to, step })
  })
}

/** What a name stands for. */
interface Target {
  readonly text: string
  readonly name: string
  /** The natural step of a range; null where there is none. */
  readonly step: number | null
  readonly isNumeric: boolean
  readonly isWhole: boolean
  /** For hints: what may be written. */
  readonly limits: string
  /** The value of a word, or why it is refused. */
  readonly read: (word: string | number) => ParamValue
}

function findTarget(text: string, name: string, specs: ParamSpecs): Target {
  const setting = Object.hasOwn(SWEPT_SETTINGS, name) ? SWEPT_SETTINGS[name] : undefined
  if (setting) return settingTarget(text, name, setting)
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
  if (spec) return paramTarget(text, name, spec)
  const known = gridNames(specs)
  const near = nearestName(name, known)
  throw new AppError('UNKNOWN_PARAMETER', `--grid "${text}": there is no parameter "${name}"`, {
    hint: near ? `did you mean ${near}?` : `a sweep can go over ${known.join(', ')}`,
    data: { text, name, known },
  })
}

function settingTarget(text: string, name: string, setting: SweptSetting): Target {
  return {
    ...{ text, name, isNumeric: true, isWhole: setting.isWhole, limits: setting.limits },
    step: setting.isWhole ? 1 : null,
    read(word) {
      const value = setting.read(word)
      if (value !== null) return value
      throw refused(text, `${name} is "${word}", but it must be ${setting.limits}`, NEXT_VALUE)
    },
  }
}

function paramTarget(text: string, name: string, spec: ParamSpec): Target {
  const isNumeric = spec.kind === 'integer' || spec.kind === 'number'
  return {
    ...{ text, name, isNumeric, isWhole: spec.kind === 'integer', limits: limitsOf(spec) },
    step: isNumeric ? (spec.step ?? (spec.kind === 'integer' ? 1 : null)) : null,
    read(word) {
      if (isNumeric && typeof word === 'string' && !DECIMAL.test(word)) throw refusedValue(word)
      try {
        return parseParam(name, spec, word)
      } catch (error) {
        if (error instanceof AppError) throw refusedValue(word)
        throw error
      }
    },
  }

  function refusedValue(word: string | number): AppError {
    return refused(text, `${name} is "${word}", but it must be ${limitsOf(spec)}`, NEXT_VALUE)
  }
}

const NEXT_VALUE = 'give another value'
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function limitsOf(spec: ParamSpec): string {
  if (spec.kind === 'choice') return `one of ${spec.options.join(', ')}`
  if (spec.kind === 'boolean') return 'true or false'
  return `a ${spec.kind === 'integer' ? 'whole ' : ''}number from ${rangeText(spec)}`
}

function rangeText({ min, max }: NumberParam): string {
  return `${min} to ${max}`
}

function listOf({ text, name, read }: Target, words: readonly string[]): Dimension {
  const values = words.map(word => read(word))
  const twice = values.find((value, k) => values.indexOf(value) !== k)
  if (twice !== undefined) throw refused(text, `"${twice}" is there twice`, 'give it once')
  // In rising order neighbours are neighbours, which the plateau score and guided methods ask for.
  const isNumeric = values.every(value => typeof value === 'number')
  return listDimension(name, isNumeric ? values.toSorted((a, b) => a - b) : values)
}

function rangeOf(target: Target, words: readonly string[]): Dimension {
  const { text, name, isNumeric, isWhole, limits } = target
  if (!isNumeric) {
    throw refused(text, `${name} has no range`, `list its values: it must be ${limits}`)
  }
  const [fromWord, toWord, stepWord] = words
  if (fromWord!.endsWith('%') && toWord!.endsWith('%')) return shareRange(target, words)
  const [from, to] = [numberOf(target, fromWord!), numberOf(target, toWord!)]
  const step = stepWord === undefined ? target.step : numberOf(target, stepWord)
  if (step === null) {
    const hint = `give one, as in --grid ${name}=${from}:${to}:${exampleStep(from, to)}`
    throw refused(text, `${name} has no natural step`, hint)
  }
  checkRange(text, name, { from, to, step, isWhole })
  const dimension = rangeDimension(name, { from, to, step })
  target.read(from)
  target.read(dimension.at(dimension.count - 1) as number)
  return dimension
}

/** A range in percent, `25%:100%:25%`: its values are texts, as a position size takes them. */
function shareRange(target: Target, words: readonly string[]): Dimension {
  const { text, name, read } = target
  const [from, to, step] = words.map(word => numberOf(target, word.replace(/%$/, '')))
  if (step === undefined) {
    throw refused(
      text,
      `${name} has no natural step`,
      `give one, as in ${name}=${from}%:${to}%:10%`,
    )
  }
  checkRange(text, name, { from: from!, to: to!, step, isWhole: false })
  const range = rangeDimension(name, { from: from!, to: to!, step })
  const at = (index: number): string => `${String(range.at(index))}%`
  read(at(0))
  read(at(range.count - 1))
  return { name, count: range.count, at, isOrdered: true }
}

function numberOf({ text, name, limits }: Target, word: string): number {
  const value = DECIMAL.test(word) ? Number(word) : NaN
  if (Number.isFinite(value)) return value
  throw refused(text, `"${word}" is no number`, `${name} must be ${limits}`)
}

interface CheckedRange {
  readonly from: number
  readonly to: number
  readonly step: number
  readonly isWhole: boolean
}

function checkRange(text: string, name: string, { from, to, step, isWhole }: CheckedRange): void {
  if (from > to) {
    const hint = `swap them: ${name}=${to}:${from}:${Math.abs(step) || 1}`
    throw refused(text, `from "${from}" is above to "${to}"`, hint)
  }
  if (step <= 0) throw refused(text, `step "${step}" is not above 0`, 'give a step above 0')
  if (isWhole && !Number.isInteger(step)) {
    throw refused(text, `step "${step}" of ${name} is not a whole number`, 'give a whole step')
  }
  if (step <= to - from || rangeDimension(name, { from, to, step }).count > 1) return
  const hint = `give a smaller step, or write --grid ${name}=${from} for one value`
  throw refused(text, `step "${step}" gives no second value up to "${to}"`, hint)
}

/** A round step of about a tenth of a range. */
function exampleStep(from: number, to: number): number {
  const tenth = Math.abs(to - from) / 10
  return tenth === 0 ? 1 : Number(tenth.toPrecision(1))
}

function refused(text: string, problem: string, hint: string): AppError {
  assert(hint !== '', 'a refusal has a hint')
  return new AppError('INVALID_GRID', `--grid "${text}": ${problem}`, { hint, data: { text } })
}
