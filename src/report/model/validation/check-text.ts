import { formatFixed, formatPercent } from '../../../core/number-format.js'
import type { Check, CheckGroup, CheckUnit } from '../../../backtest/validation/check.js'

/** The checks of one group, failures first. */
export interface GroupedChecks {
  readonly group: CheckGroup
  readonly checks: readonly Check[]
  readonly passed: number
  /** Those that have an answer. */
  readonly answered: number
}

/** How groups are named, in the order in which they are asked. */
export const GROUP_WORDS: Readonly<Record<CheckGroup, string>> = {
  result: 'The result itself',
  luck: 'Luck',
  costs: 'Costs',
  robustness: 'Robustness',
  ruin: 'Ruin',
}

/** Groups with the gravest failures first; those alike in the order in which they are asked. */
export function groupChecks(checks: readonly Check[]): readonly GroupedChecks[] {
  const groups = (Object.keys(GROUP_WORDS) as CheckGroup[]).map(group => {
    const own = checks.filter(check => check.group === group)
    return { group, checks: gravestFirst(own), ...countOf(own) }
  })
  const gravity = (one: GroupedChecks): number => Math.min(...one.checks.map(gravityOf))
  return groups.filter(one => one.checks.length > 0).sort((a, b) => gravity(a) - gravity(b))
}

/** `17 of 21 passed, 2 without an answer`. */
export function passedText(checks: readonly Check[]): string {
  const { passed, answered } = countOf(checks)
  const open = checks.length - answered
  return `${passed} of ${answered} passed${open === 0 ? '' : `, ${open} without an answer`}`
}

/** What became of a check, as it is marked. */
export function markOf({ passed, isFatal }: Check): 'none' | 'ok' | 'fatal' | 'no' {
  if (passed === null) return 'none'
  if (passed) return 'ok'
  return isFatal ? 'fatal' : 'no'
}

/** The name of a check as people read it. */
export function checkTitle({ name }: Check): string {
  return name.replaceAll('_', ' ')
}

/** The value of a check in its unit; empty where there is none. */
export function valueText({ value, unit }: Check): string {
  return value === null ? '' : TEXTS[unit](value)
}

/** The limit of a check in the unit of its value: `at least 95.00%`; empty where there is none. */
export function limitText({ limit, unit }: Check): string {
  const { atLeast, atMost } = limit ?? {}
  if (unit === 'flag') return atLeast === undefined ? '' : 'must be yes'
  if (unit === 'p' && atMost !== undefined) return `p at most ${formatFixed(atMost, 3)}`
  if (atLeast !== undefined) return `at least ${TEXTS[unit](atLeast)}`
  return atMost === undefined ? '' : `at most ${TEXTS[unit](atMost)}`
}

const TEXTS: Readonly<Record<CheckUnit, (value: number) => string>> = {
  return: formatPercent,
  share: formatPercent,
  p: value => `p = ${formatFixed(value, 3)}`,
  multiple: value => `${formatFixed(value, value >= 100 ? 0 : 2)} times`,
  flag: value => (value === 1 ? 'yes' : 'no'),
  count: value => formatFixed(value, 0),
  number: value => formatFixed(value, 2),
}

function countOf(checks: readonly Check[]): { readonly passed: number; readonly answered: number } {
  return {
    passed: checks.filter(({ passed }) => passed === true).length,
    answered: checks.filter(({ passed }) => passed !== null).length,
  }
}

function gravestFirst(checks: readonly Check[]): readonly Check[] {
  return [...checks].sort((a, b) => gravityOf(a) - gravityOf(b))
}

function gravityOf(check: Check): number {
  const open = check.isRequired ? 2 : 3
  return { fatal: 0, no: 1, none: open, ok: 4 }[markOf(check)]
}
