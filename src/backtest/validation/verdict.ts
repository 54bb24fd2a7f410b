import type { Check } from './check.js'

export type Verdict = 'pass' | 'weak' | 'fail'

export interface Judgement {
  readonly verdict: Verdict
  /** Why, gravest first, in plain words. */
  readonly reasons: readonly string[]
}

/**
 * `fail` where one answer condemns alone; `pass` where every question that has an answer is passed and
 * every required one has one; `weak` in between.
 */
export function judgementOf(checks: readonly Check[]): Judgement {
  const fatal = checks.filter(check => check.isFatal)
  const missed = checks.filter(check => check.passed === false && !check.isFatal)
  const open = checks.filter(check => check.passed === null && check.isRequired)
  const reasons = [...fatal, ...missed, ...open].map(({ note }) => note)
  if (fatal.length > 0) return { verdict: 'fail', reasons }
  if (reasons.length > 0) return { verdict: 'weak', reasons }
  const answered = checks.filter(check => check.passed === true).length
  return { verdict: 'pass', reasons: [`all ${answered} questions with an answer passed`] }
}
