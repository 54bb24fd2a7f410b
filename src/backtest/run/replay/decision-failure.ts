import { isBroken } from '../../../core/assert.js'
import { formatTime, type Millis } from '../../../core/candles/time.js'
import type { Engine } from '../../../core/engine/engine.js'
import { AppError } from '../../../core/errors.js'
import { mistakeOf, undefinedName } from './decision-mistake.js'

/** What a strategy threw, and the open of the candle at whose close it was asked. */
export class DecisionFailure extends Error {
  readonly time: Millis

  constructor(cause: unknown, time: Millis, mistake?: string) {
    super(mistake ?? (cause instanceof Error ? cause.message : String(cause)), { cause })
    this.name = 'DecisionFailure'
    this.time = time
  }
}

/** Runs a stretch of candles: what is thrown in it is thrown on with its candle. */
export function followed(engine: Engine, run: () => void): void {
  try {
    run()
  } catch (error) {
    if (isOurs(error)) throw error
    // The market of the first leg may have no candle at this time.
    const { time } = engine.markets.find(({ isOpen }) => isOpen)!
    throw new DecisionFailure(error, time, mistakeOf(error, engine))
  }
}

/** Runs `work`; what a strategy throws is the user's to mend, so it becomes a message that names it. @throws AppError STRATEGY_FAILED */
export function guarded<T>(who: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (isOurs(error)) throw error
    throw strategyFailed(who, error)
  }
}

/** The error of a strategy that threw: at which candle, and what. */
export function strategyFailed(who: string, error: unknown): AppError {
  const failure = error instanceof DecisionFailure ? error : null
  const when = failure === null ? '' : ` at the candle of ${formatTime(failure.time)}`
  const thrown = error instanceof Error ? error.message : String(error)
  const message = undefinedName(thrown) ?? thrown
  return new AppError('STRATEGY_FAILED', `${who} threw${when}: ${message}`, {
    hint: 'run it with ASSAY_DEBUG=1 to see the line',
    cause: failure === null ? error : failure.cause,
  })
}

function isOurs(error: unknown): boolean {
  return (error instanceof Error && error.name === 'AppError') || isBroken(error)
}
