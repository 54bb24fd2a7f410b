import { AppError } from '../../core/errors.js'

/** How long a file may take to declare its strategy, and a function of it that looks at no candles. */
const CALL_MS = 10_000

let callMs = CALL_MS

/** The limit of loading and of single calls, milliseconds. */
export function callLimitMs(): number {
  return callMs
}

/**
 * Sets that limit for this process.
 * @param text seconds; nothing for ten
 * @throws AppError INVALID_SETTING for what is no number of seconds above 0
 */
export function setCallLimit(text: string | undefined): void {
  if (text === undefined || text === '') return
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= SECONDS_MAX)) {
    throw new AppError(
      'INVALID_SETTING',
      `ASSAY_LOAD_LIMIT "${text}" is not a number of seconds above 0`,
      {
        hint: `give a number up to ${SECONDS_MAX}, for example ASSAY_LOAD_LIMIT=60`,
      },
    )
  }
  callMs = seconds * 1000
}

const SECONDS_MAX = 86_400
