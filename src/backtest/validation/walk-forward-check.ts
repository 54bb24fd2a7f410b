import { formatFixed, formatPercent } from '../../core/number-format.js'
import type { WalkForwardFigures } from '../../core/ports/research/walk-forwards.js'
import { judge, type Check, type Question } from './check.js'

/** As many as a cross-validation asks for. */
const DAYS_MIN = 100
/** One test is a period, not a procedure that was repeated. */
const FOLDS_MIN = 3

const ASKED: Question = {
  name: 'walk_forward',
  group: 'luck',
  unit: 'share',
  question: 'Do the sets that were best before earn on what followed?',
  limit: { atLeast: 0.95 },
  fatal: { atLeast: 0.5 },
}

const FORMULA = 'probabilistic Sharpe ratio above 0 of the daily returns of all tests, joined'

/** A stored walk-forward that is of a run, or why there is none. */
export type FoundWalkForward =
  | {
      readonly kind: 'found'
      readonly walkForwardId: string
      readonly figures: WalkForwardFigures
      /** How many walk-forwards of the run there are; this is the newest. */
      readonly count: number
    }
  | { readonly kind: 'none'; readonly reason: string }

/** How likely the tests of a walk-forward are more than luck. */
export function walkForwardCheck(found: FoundWalkForward): Check {
  if (found.kind === 'none') {
    return judge(ASKED, { value: null, n: 0, formula: FORMULA, note: found.reason })
  }
  const { walkForwardId, count, figures } = found
  const { days, folds, trades, probability, sharpe, totalReturn, efficiency } = figures
  const about = `walk-forward ${walkForwardId}${count === 1 ? '' : `, the newest of ${count},`}`
  const without = (note: string): Check =>
    judge(ASKED, { value: null, n: days, formula: FORMULA, note: `${about} ${note}` })
  if (folds < FOLDS_MIN) return without(`has ${folds} tests, at least ${FOLDS_MIN} are needed`)
  if (days < DAYS_MIN) {
    return without(`tested ${days} days, at least ${DAYS_MIN} are needed`)
  }
  if (probability === null) return without('has tests without a Sharpe ratio')
  const told = [
    `Sharpe ratio ${sharpe === null ? 'none' : formatFixed(sharpe, 2)}`,
    `return ${formatPercent(totalReturn)}`,
    `efficiency ${efficiency === null ? 'none' : formatFixed(efficiency, 2)}`,
    `${trades} trades`,
  ].join(', ')
  return judge(ASKED, {
    value: probability,
    n: days,
    formula: FORMULA,
    note: `${about} chose anew for each of ${folds} tests, ${days} days together: ${told}`,
  })
}
