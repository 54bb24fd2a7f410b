import type { ErrorCode } from '../core/errors.js'

const AWAY: ReadonlySet<string> = new Set<ErrorCode>(['DATABASE_AWAY', 'DATABASE_BUSY', 'DISK'])

/** Whether an error says that the database cannot be used now, and perhaps later. */
export function isAway(error: unknown): error is Error {
  return error instanceof Error && AWAY.has(String((error as { code?: unknown }).code))
}
