import { DAY_MS, formatTime } from '../../core/candles/time.js'
import { shortAnnualisedText } from '../diagnosis/diagnosis-equity.js'
import { REMARK_LIMITS } from '../diagnosis/remark.js'
import type { FoldResult, Stitched, WalkForward } from './walk-forward.js'

/** What is to be known of the tests before their figures: accounts that stopped, and years made of weeks. */
export function testNotes({ folds, stitched }: Pick<WalkForward, 'folds' | 'stitched'>): string[] {
  return [...stopNotes(folds), ...shortNotes(stitched)]
}

function stopNotes(folds: readonly FoldResult[]): string[] {
  const stopped = folds.flatMap(({ stoppedAt }, k) =>
    stoppedAt === null ? [] : [`fold ${k + 1} on ${formatTime(stoppedAt).slice(0, 10)}`],
  )
  if (stopped.length === 0) return []
  return [
    `Trading stopped before the end of ${stopped.length} of ${folds.length} tests, by ruin or max_drawdown: ${stopped.join(', ')}. The next test began anew with what was left.`,
  ]
}

function shortNotes({ time, timeframeMs, metrics }: Stitched): string[] {
  const days = (time.length * timeframeMs) / DAY_MS
  if (days >= REMARK_LIMITS.annualisedDays || metrics.cagr === null) return []
  return [shortAnnualisedText(days)]
}
