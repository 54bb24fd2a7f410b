import { makerOf } from '../indicators/parts.js'
import { listed, nearestName } from '../names.js'

/** What is wrong with a declaration, as the end of a sentence about it, and what to do. */
export interface DeclarationProblem {
  /** The end of a sentence about the declaration. */
  readonly problem: string
  /** What to do. */
  readonly hint: string
}

/**
 * The first of what a strategy names as its indicators that is none, or null. What the types say of
 * it nobody has to ask: a file runs without a look at its types.
 */
export function indicatorProblem(indicators: unknown): DeclarationProblem | null {
  if (typeof indicators !== 'object' || indicators === null) {
    return {
      problem: `indicators give ${kindOf(indicators)}, which is no record of indicators`,
      hint: RECORD,
    }
  }
  for (const [name, value] of Object.entries(indicators)) {
    if (!isIndicator(value)) return noIndicator(name, value as unknown)
  }
  return null
}

const RECORD = 'write indicators: () => ({ average: sma(20) })'

function isIndicator(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, 'key') && Object.hasOwn(value, 'start')
}

function noIndicator(name: string, value: unknown): DeclarationProblem {
  if (typeof value === 'function') {
    const called = value.name === '' ? 'it' : `${value.name}(20)`
    return {
      problem: `indicator ${name} is a function, not what it gives`,
      hint: `call it with its settings: ${name}: ${called}`,
    }
  }
  if (typeof value === 'object' && value !== null) {
    const parts = Object.keys(value).filter(part => isIndicator((value as Fields)[part]))
    if (parts.length > 0) return severalParts(name, value, parts)
  }
  return {
    problem: `indicator ${name} is ${kindOf(value)}, which is no indicator`,
    hint: `${RECORD}; docs/indicators.md lists them with their parts`,
  }
}

function severalParts(name: string, value: object, parts: readonly string[]): DeclarationProblem {
  const maker = makerOf(value)
  const made = maker === undefined ? '(...)' : `${maker}(...)`
  const meant = parts.includes(name) ? name : (nearestName(name, parts) ?? parts[0]!)
  return {
    problem: `indicator ${name} is ${maker ?? 'a record'}, which has the parts ${listed(parts)} and is not one indicator`,
    hint: `did you mean ${name}: ${made}.${meant}? ...${made} takes all of its parts by their names`,
  }
}

type Fields = Readonly<Record<string, unknown>>

function kindOf(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'number') return String(value)
  return typeof value === 'string'
    ? `"${value}"`
    : `a ${Array.isArray(value) ? 'list' : typeof value}`
}
