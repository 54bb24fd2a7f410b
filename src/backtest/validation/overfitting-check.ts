import {
  backtestOverfitting,
  type BacktestOverfitting,
} from '../../core/statistics/splits/backtest-overfitting.js'
import { counted, formatPercent, isOrAre } from '../../core/number-format.js'
import { answerOf, judge, type Check, type Question } from './check.js'
import type { TrialEvidence } from './evidence.js'

/** Blocks of the cross-validation, fewer where there are fewer days. */
const BLOCKS_MAX = 16
/** Fewer trials than this say nothing of how one was picked among them. */
const PICKED_FROM_MIN = 10

/** Whether picking the best of the trials picked luck; null where there are too few trials or days. */
export function overfittingOf(
  { columns }: TrialEvidence,
  days: number,
): BacktestOverfitting | null {
  if (columns.length < PICKED_FROM_MIN) return null
  const blocks = Math.min(BLOCKS_MAX, Math.floor(days / 8) * 2)
  return blocks < 4 ? null : backtestOverfitting(columns, { blocks })
}

/** Judges it. */
export function overfittingCheck(
  overfitting: BacktestOverfitting | null,
  { columns }: TrialEvidence,
): Check {
  const asked: Question = {
    name: 'backtest_overfitting',
    group: 'luck',
    unit: 'share',
    question: 'Does the best on one half of the days stay above the median on the other?',
    limit: { atMost: 0.2 },
    fatal: { atMost: 0.5 },
  }
  if (overfitting === null) {
    const note = `${counted(columns.length, 'trial')} over these days ${isOrAre(columns.length)} too few for a cross-validation: at least ${PICKED_FROM_MIN} are needed, and assay sweep makes them`
    return judge(asked, { value: null, n: columns.length, formula: '', note })
  }
  const loss = overfitting.details?.lossProbability ?? 1
  const check = judge(
    asked,
    answerOf(overfitting, {
      say: value =>
        `the best of ${overfitting.trials} trials on one half of the days is below the middle on the other half in ${formatPercent(value)} of ${overfitting.combinations} ways to halve them, and loses there in ${formatPercent(loss)}`,
    }),
  )
  if (check.passed !== false || loss > LOSS_SMALL) return check
  // Where all sets are about as good, which of them is best is chance, and does no harm.
  const note = `${check.note}: the sets are so alike that it hardly matters which is picked`
  return { ...check, passed: true, isFatal: false, note }
}

/** The best on one half loses on the other so rarely that picking among equals does no harm. */
const LOSS_SMALL = 0.05
