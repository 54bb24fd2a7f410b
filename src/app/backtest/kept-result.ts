import { AppError } from '../../core/errors.js'
import { describeDiskError } from '../../data/files/disk-errors.js'

/**
 * Does what keeps a result: stores it, writes its page. On a disk that is full the result is there all the
 * same, so that it can be shown.
 * @returns what could not be kept, as the error to end with once the result is shown; null for nothing
 * @throws whatever else goes wrong
 */
export async function unlessFull(
  works: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<AppError | null> {
  const names = Object.keys(works)
  const done = await Promise.allSettled(names.map(name => works[name]!()))
  const failed = names.filter((_, k) => done[k]!.status === 'rejected')
  const reasons = done.flatMap(one => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const other = reasons.find(reason => !isFull(reason))
  if (other !== undefined) throw other as Error
  if (reasons.length === 0) return null
  return new AppError(
    'NOT_STORED',
    `${failed.join(' and ')} could not be written: no space is left on the disk`,
    {
      hint: 'the result above is right; free some space, and run the same command again to keep it',
      data: { reason: reasonOf(reasons[0]) },
      cause: reasons[0],
    },
  )
}

const FULL: readonly unknown[] = ['ENOSPC', 'EDQUOT']

function isFull(error: unknown): boolean {
  return FULL.includes(reasonOf(error))
}

function reasonOf(error: unknown): unknown {
  const known = error instanceof AppError ? error : describeDiskError(error)
  return known?.data['reason']
}
