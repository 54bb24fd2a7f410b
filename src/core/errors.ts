/**
 * Exit codes of the command line: 1 failed, 2 bad usage or input, or a disk or database that can
 * not be used, 3 refused by a gate.
 */
export type ExitCode = 1 | 2 | 3

/**
 * Every error a user can meet, with its exit code. `docs/errors.md` explains each of them;
 * a test compares the two lists in both directions.
 */
export const ERROR_CODES = {
  USAGE: 2,
  UNKNOWN_STRATEGY: 2,
  UNKNOWN_TEMPLATE: 2,
  UNKNOWN_PARAMETER: 2,
  INVALID_PARAMETER: 2,
  INVALID_SETTING: 2,
  INVALID_AMOUNT: 2,
  INVALID_GRID: 2,
  INVALID_EXPRESSION: 2,
  INVALID_OBJECTIVE: 2,
  INVALID_RETURNS: 2,
  BAD_SIGNALS: 2,
  SIGNALS_CHANGED: 2,
  INVALID_CONFIG: 2,
  INVALID_TIME: 2,
  INVALID_TIMEFRAME: 2,
  INVALID_SYMBOL: 2,
  NO_CANDLES: 2,
  NO_QUOTES: 2,
  UNKNOWN_SOURCE: 2,
  UNKNOWN_MARKET: 2,
  SOURCE_KEY: 2,
  SOURCE_BLOCKED: 1,
  SOURCE_PAUSED: 1,
  FETCH_FAILED: 1,
  FETCH_CONFLICT: 1,
  FETCH_BUSY: 1,
  STRATEGY_FILE: 2,
  STRATEGY_FAILED: 2,
  STRATEGY_INTENT: 2,
  OUT_OF_TIME: 2,
  IMPORT_UNREADABLE: 2,
  IMPORT_FORMAT: 2,
  IMPORT_AMBIGUOUS: 2,
  SOURCE_AMBIGUOUS: 2,
  IMPORT_ROW: 2,
  IMPORT_CONFLICT: 2,
  UNKNOWN_RUN: 2,
  BAD_RECORD: 2,
  UNKNOWN_SWEEP: 2,
  UNKNOWN_SESSION: 2,
  SESSION_TAKEN: 1,
  PARITY: 1,
  BOOKS_DIFFER: 1,
  BAD_SETTINGS: 2,
  NO_SETTINGS: 2,
  SETTINGS_CHANGED: 1,
  UNKNOWN_PROMOTION: 2,
  UNKNOWN_KEY: 2,
  UNKNOWN_JOB: 2,
  UNKNOWN_ALERT: 2,
  JOB_ENDED: 1,
  QUEUE_FULL: 1,
  LISTEN: 2,
  NOT_PROMOTED: 3,
  LIVE_REFUSED: 3,
  COMMAND_REFUSED: 1,
  COMMAND_WAITS: 1,
  EVENTS_CHANGED: 1,
  TOO_MANY_TRIALS: 2,
  SWEEP_CHANGED: 2,
  FILE_EXISTS: 2,
  DISK: 2,
  DATABASE_AWAY: 2,
  DATABASE_VERSION: 2,
  DATABASE_DAMAGED: 2,
  DATA_CHANGED: 2,
  REDIS_AWAY: 2,
  KEY_FILE: 2,
  PASSPHRASE: 2,
  SIGNER_LIMITS: 2,
  SIGNER_BOOK: 2,
  SIGNER_RUNNING: 2,
  SIGNER_AWAY: 1,
  NODE_AWAY: 1,
  NOT_STORED: 1,
  DATABASE_BUSY: 1,
  OUT_OF_MEMORY: 1,
  STRATEGY_ENDED: 1,
  SWEEP_STOPPED: 1,
  WORKER_FAILED: 1,
  NO_SCORE: 1,
  RUN_DIFFERS: 1,
  CHECK_FAILED: 1,
  PROOF_FAILED: 3,
  NOT_VALID: 3,
} as const satisfies Record<string, ExitCode>

export type ErrorCode = keyof typeof ERROR_CODES

/** What a user can mend: bad input, or a world that is away. Carries the next step as `hint`. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly hint: string
  readonly data: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; data?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.hint = options.hint ?? ''
    this.data = options.data ?? {}
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code]
  }
}
