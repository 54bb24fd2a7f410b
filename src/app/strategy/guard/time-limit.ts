import { Script } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import { AppError } from '../../../core/errors.js'
import { callLimitMs } from '../../workspace/call-limit.js'
import { runGuard } from './run-guard.js'

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
 * @param candles that the work goes over, which decides on the memory it may take
 * @throws AppError OUT_OF_MEMORY, STRATEGY_ENDED where it does what a strategy may not
 */
export function within<T extends object>(
  limitMs: number,
  work: () => T,
  candles = 0,
): T | undefined {
  const guard = runGuard()
  if (guard === undefined) return called(limitMs, work, false)
  // Of works within each other, the limit of the outermost holds.
  if (guard.isRunning) return work()
  return guard.run(candles, () => called(limitMs, work, guard.interrupts))
}

/** Does the work; undefined where Ctrl-C has ended it, which whoever listens for it then hears. */
export function interruptibly<T extends object>(work: () => T): T | undefined {
  try {
    return called(undefined, work, isMainThread)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw error
    process.kill(process.pid, 'SIGINT')
    return undefined
  }
}

function called<T extends object>(
  limitMs: number | undefined,
  work: () => T,
  breakOnSigint: boolean,
): T | undefined {
  const slots = globalThis as unknown as Record<string, unknown>
  const before = slots[SLOT]
  slots[SLOT] = work
  const timeout = limitMs === undefined ? {} : { timeout: Math.ceil(limitMs) }
  const options = { ...timeout, displayErrors: false, breakOnSigint }
  try {
    return CALL.runInThisContext(options) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  } finally {
    slots[SLOT] = before
  }
}

/** The code of a user's that runs, and how long it may: null for the usual limit. */
export interface TimedRun {
  readonly names: string
  readonly candles: number
  readonly limitMs: number | null
  /** How often it goes over the candles at most. */
  readonly passes?: number
}

/** Does the work within its limit. @throws AppError OUT_OF_TIME, OUT_OF_MEMORY, STRATEGY_ENDED */
export function timed<T extends object>(run: TimedRun, work: () => T): T {
  const { names, candles, limitMs, passes = 1 } = run
  const limit = limitMs ?? usualLimitMs(candles * passes)
  const result = within(limit, work, candles)
  if (result !== undefined) return result
  throw outOfTime(names, limit)
}

/** Calls a function of a user's once. @throws AppError OUT_OF_TIME, OUT_OF_MEMORY, STRATEGY_ENDED */
export function timedCall<T>(names: string, call: () => T): T {
  if (runGuard() === undefined) return call()
  const result = within(callLimitMs(), () => ({ result: call() }))
  if (result !== undefined) return result.result
  throw new AppError(
    'OUT_OF_TIME',
    `strategy ${names} was ended after ${limitText(callLimitMs())}`,
    {
      hint: 'look for an endless loop in its check; ASSAY_LOAD_LIMIT=60 gives it 60 seconds',
    },
  )
}

/** What is said of a run that was ended. */
function outOfTime(names: string, limitMs: number): AppError {
  return new AppError('OUT_OF_TIME', `strategy ${names} was ended after ${limitText(limitMs)}`, {
    hint: 'look for an endless loop in it; --time-limit SECONDS gives it longer',
  })
}

/** A limit in seconds, for messages. */
export function limitText(limitMs: number): string {
  return `${Number((limitMs / 1000).toPrecision(3))} s`
}
