import { AppError } from '../../core/errors.js'

/** What is wrong with a strategy file, and what to do. */
export function refusal(path: string, problem: string, hint: string, cause?: unknown): AppError {
  return new AppError('STRATEGY_FILE', `strategy file "${path}" ${problem}`, { hint, cause })
}
