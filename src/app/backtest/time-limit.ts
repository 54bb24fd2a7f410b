import { Script } from 'node:vm'
import { AppError } from '../../core/errors.js'

const LEAST_MS = 60_000
/** Many times what a strategy needs that looks back over hundreds of candles at each of them. */
const CANDLE_MS = 0.1

/** How long a run over so many candles may take, where nobody says. */
export function usualLimitMs(candles: number): number {
  return LEAST_MS + CANDLE_MS * candles
}

/** The place that a script can reach, for the work that is on. */
const SLOT = 'assayTimed'
const CALL = new Script(`globalThis.${SLOT}()`)

/**
 * Does the work, or gives undefined where it takes longer than `limitMs`. An endless loop is ended
 * too: the interpreter watches from beside, so that the work is not slower for it.
 */
export function within<T extends object>(limitMs: number, work: () => T): T | undefined {
  const slots = globalThis as unknown as Record<string, unknown>
  const before = slots[SLOT]
  slots[SLOT] = work
  try {
    return CALL.runInThisContext({ timeout: Math.ceil(limitMs), displayErrors: false }) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  } finally {
    slots[SLOT] = before
  }
}

/** What is said of a run that was ended. */
export function outOfTime(names: string, limitMs: number): AppError {
  return new AppError('OUT_OF_TIME', `strategy ${names} was ended after ${limitText(limitMs)}`, {
    hint: 'look for an endless loop in it; --time-limit SECONDS gives it longer',
  })
}

/** A limit in seconds, for messages. */
export function limitText(limitMs: number): string {
  return `${Number((limitMs / 1000).toPrecision(3))} s`
}
