import { AppError } from '../../core/errors.js'
import { describeDiskError } from '../../data/files/disk-errors.js'

/** What a user reads of an error: the message, then what to do. */
export function describeError(error: unknown): { text: string; exitCode: number } {
  const known = knownError(error)
  if (known !== undefined) {
    const hint = known.hint === '' ? '' : `\n  ${known.hint}`
    return { text: `error: ${known.message}${hint}`, exitCode: known.exitCode }
  }
  const message = error instanceof Error ? error.message : String(error)
  return {
    text: `error: ${message}\n  this looks like a bug in Assay; ASSAY_DEBUG=1 prints where`,
    exitCode: 1,
  }
}

/** An error that a user can act on, those of the disk included; undefined for a bug. */
export function knownError(error: unknown): AppError | undefined {
  return isAppError(error) ? error : describeDiskError(error)
}

/** A strategy file carries its own copy of the class, so its errors are told by name. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof AppError || (error instanceof Error && error.name === 'AppError')
}

/** Why standard output took no more. */
export function describeOutputError(error: Error): string {
  return describeDiskError(error, 'standard output')?.message ?? error.message
}
