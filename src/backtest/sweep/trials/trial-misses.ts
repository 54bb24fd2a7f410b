import { formatFixed } from '../../../core/number-format.js'
import type { HistoryMiss } from '../../../core/strategy/moment.js'
import { historyWarning } from '../../run/warnings/decision-warnings.js'

/** Trials whose strategy read before the first candle, and the first such read. */
export interface TrialMisses {
  readonly trials: number
  readonly first: HistoryMiss
}

/** Those of two parts of a sweep, one after the other. */
export function joinMisses(
  before: TrialMisses | undefined,
  after: TrialMisses | undefined,
): TrialMisses | undefined {
  if (before === undefined || after === undefined) return before ?? after
  return { trials: before.trials + after.trials, first: before.first }
}

/** What a sweep says of them. */
interface SweepMisses {
  readonly misses: TrialMisses | null
  readonly trials: number
}

/** A note of trials that read before the first candle; none where there were none. */
export function missNotes({ misses, trials }: SweepMisses): string[] {
  if (misses === null) return []
  return [
    `In ${formatFixed(misses.trials, 0)} of ${formatFixed(trials, 0)} sets a strategy read before the first candle. First: ${historyWarning(misses.first)}`,
  ]
}
