import { crossValidation } from '../../core/statistics/splits/cross-validation.js'
import { counted, formatFixed, isOrAre } from '../../core/number-format.js'
import { judge, type Check, type Question } from './check.js'
import type { Evidence } from './evidence.js'

/** Fewer trials than this say nothing of how one was picked among them. */
const TRIALS_MIN = 10
/** Ten days a group. */
const DAYS_MIN = 100

const ASKED: Question = {
  name: 'cross_validation',
  group: 'luck',
  unit: 'share',
  question: 'Is the best on eight tenths of the days profitable on the rest, whichever they are?',
  limit: { atLeast: 0.95 },
  fatal: { atLeast: 0.5 },
} as const

const FORMULA =
  'share of the 9 paths with a Sharpe ratio above 0; paths of the tests of all 45 choices of 2 of 10 groups of days, each by the trial that is best on the others, less 2 days on both sides and 1 more after'

/**
 * Share of the paths of a combinatorial purged cross-validation with a Sharpe ratio above 0. Paths
 * have the same days and much the same picks, so of noise one in ten has all of them above 0, and more
 * than half have most of them below.
 */
export function crossValidationCheck({
  trials,
  returns,
  holding,
}: Pick<Evidence, 'trials' | 'returns' | 'holding'>): Check {
  const { columns } = trials
  const without = (note: string): Check =>
    judge(ASKED, { value: null, n: returns.length, formula: FORMULA, note })
  if (columns.length < TRIALS_MIN) {
    return without(
      `${counted(columns.length, 'trial')} over these days ${isOrAre(columns.length)} too few to pick from: at least ${TRIALS_MIN} are needed, and assay sweep makes them`,
    )
  }
  if (returns.length < DAYS_MIN) {
    return without(
      `${counted(returns.length, 'day')} ${isOrAre(returns.length)} too few for ten groups: at least ${DAYS_MIN} are needed`,
    )
  }
  const { details, reason } = crossValidation(columns, { benchmark: holding })
  const spread = details?.sharpeAnnual ?? null
  if (details === null || spread === null) return without(reason!)
  const above = details.pathList.filter(({ sharpeAnnual }) => (sharpeAnnual ?? 0) > 0).length
  const held = details.benchmark?.sharpe ?? null
  return judge(ASKED, {
    value: above / details.pathList.length,
    interval: [spread.p5, spread.p95],
    n: returns.length,
    formula: FORMULA,
    note: `picked on eight groups of days and tested on the other two, ${above} of ${details.pathList.length} paths have a Sharpe ratio above 0; their median is ${formatFixed(spread.median, 2)}, holding the market gave ${held === null ? 'none' : formatFixed(held, 2)}`,
  })
}
