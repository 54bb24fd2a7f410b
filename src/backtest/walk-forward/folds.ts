import { AppError } from '../../core/errors.js'
import { formatTime, timeframeName, type Millis } from '../../core/candles/time.js'

/** How a stretch of time is cut into folds. Lengths in milliseconds. */
export interface FoldPlan {
  readonly trainMs: Millis
  readonly testMs: Millis
  /** Training always begins at the start, and grows. */
  readonly isAnchored: boolean
  /** Left out at the end of training, so that no trade of it reaches into the test. */
  readonly purgeMs: Millis
  /** Left out after that, so that what echoes of the training has faded. */
  readonly embargoMs: Millis
}

/** Training, then the test that follows. Starts are inclusive, ends exclusive. */
export interface Fold {
  readonly trainFrom: Millis
  readonly trainTo: Millis
  readonly testFrom: Millis
  readonly testTo: Millis
}

/**
 * The folds of a stretch from `from` to before `to`: tests follow each other without gap or
 * overlap, each after its training, with purge and embargo between the two. A rest that is shorter
 * than a test is left over.
 * @throws AppError INVALID_SETTING where a length is none or not even one fold fits
 */
export function foldsOf(from: Millis, to: Millis, plan: FoldPlan): readonly Fold[] {
  const { trainMs, testMs, isAnchored, purgeMs, embargoMs } = plan
  const gap = purgeMs + embargoMs
  if (gap >= trainMs) {
    throw new AppError(
      'INVALID_SETTING',
      `purge and embargo take ${timeframeName(gap)}, which leaves nothing of --train ${timeframeName(trainMs)}`,
      { hint: 'train longer, or purge less' },
    )
  }
  const folds: Fold[] = []
  for (let testFrom = from + trainMs; testFrom + testMs <= to; testFrom += testMs) {
    folds.push({
      trainFrom: isAnchored ? from : testFrom - trainMs,
      trainTo: testFrom - gap,
      testFrom,
      testTo: testFrom + testMs,
    })
  }
  if (folds.length > 0) return folds
  const days = timeframeName(trainMs + testMs)
  throw new AppError(
    'INVALID_SETTING',
    `--train ${timeframeName(trainMs)} and --test ${timeframeName(testMs)} need ${days}, but the candles reach from ${formatTime(from)} to ${formatTime(to)} only`,
    { hint: 'take shorter windows, or import more candles' },
  )
}
