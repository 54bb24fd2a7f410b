import { AppError } from '../../core/errors.js'

const AWAY_HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'start the server, or correct host and port in DATABASE_URL',
  ENOTFOUND: 'correct the host name in DATABASE_URL',
  EAI_AGAIN: 'correct the host name in DATABASE_URL, or try again when the network is back',
  ETIMEDOUT: 'see whether a firewall stands between, or correct DATABASE_URL',
  ECONNRESET: 'the server closed the connection; try again',
  EPIPE: 'the server closed the connection; try again',
  EHOSTUNREACH: 'see whether its machine and the network run',
  ENETUNREACH: 'see whether the network runs',
  ENOENT: 'correct the socket folder in DATABASE_URL',
  '28P01': 'correct user and password in DATABASE_URL',
  '28000': 'correct the user in DATABASE_URL, or allow it in pg_hba.conf',
  '3D000': 'create the database (createdb), or correct its name in DATABASE_URL',
  '25006':
    'the server takes no writes: a standby, or one that is about to be; name the one that does',
  '42501': 'grant the user CREATE on the schema, or use another user',
  '53300': 'the server has no free connection; try again later',
  '57P01': 'the server is shutting down; try again when it is back',
  '57P02': 'the server crashed; try again when it is back',
  '57P03': 'the server is starting up; try again in a moment',
}

/**
 * An error of the driver as one that a user can act on; anything else comes back as it is.
 * The driver's message is kept, and never holds the password.
 */
export function describeDatabaseError(error: unknown, where: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === '53100' || code === 'ENOSPC' || /no space left on device/i.test(error.message)) {
    return new AppError('DISK', `the disk of the database ${where} is full`, {
      hint: 'free some space and repeat the command; nothing of it was stored',
    })
  }
  if (DAMAGES.has(code)) return damaged(error, where, code)
  const hint = AWAY_HINTS[code] ?? hintOf(error)
  if (hint === undefined) return error
  return new AppError('DATABASE_AWAY', `cannot use the database ${where}: ${reasonOf(error)}`, {
    hint,
    data: { reason: code },
  })
}

/** Whether the driver has waited for an answer, or a connection, in vain. */
export function isUnanswered(error: unknown): boolean {
  return (
    error instanceof Error &&
    /query read timeout|timeout exceeded when trying to connect|connection timeout/i.test(
      error.message,
    )
  )
}

/** What to do about a connection that broke, or that nobody answers on. */
function hintOf(error: Error): string | undefined {
  if (isUnanswered(error)) return 'the server does not answer: see what it does, and try again'
  const isGone = /connection terminated|client has encountered a connection error/i.test(
    error.message,
  )
  return isGone ? AWAY_HINTS['ECONNRESET'] : undefined
}

/** Codes of PostgreSQL for files that do not hold what was written into them. */
const DAMAGES: ReadonlySet<string> = new Set(['XX001', 'XX002', '58P01', '58030'])

function damaged(error: Error, where: string, code: string): AppError {
  return new AppError('DATABASE_DAMAGED', `the database ${where} is damaged: ${error.message}`, {
    hint: 'see whether the disk is sound and put back a copy of the database; without one, move its folder away and import again',
    data: { reason: code },
    cause: error,
  })
}

/** Node reports a refused connection to several addresses as an error without a message. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message
  return 'code' in error ? String(error.code) : error.name
}
