import { AppError } from '../errors.js'
import { nearestName } from '../names.js'
import { NO_EXITS, type Exits, type Intent, type TargetIntent } from './intent.js'
import { formatTime, type Millis } from '../candles/time.js'

/**
 * What a strategy said at the close of the candle that opened at `time`, where it is an intent;
 * null for hold. A user's file is not compiled against our types, so nothing is taken on trust.
 * @throws AppError STRATEGY_INTENT naming the strategy, the candle and what was said
 */
export function checkIntent(
  intent: Intent | undefined,
  strategy: string,
  time: Millis,
): TargetIntent | null {
  if (intent?.kind === 'hold') return null
  const problem = problemOf(intent)
  if (problem === null) return intent as TargetIntent
  const message = `strategy ${strategy} ${problem.what} at the candle of ${formatTime(time)}`
  throw new AppError('STRATEGY_INTENT', message, { hint: problem.hint })
}

interface Problem {
  readonly what: string
  readonly hint: string
}

function problemOf(intent: Intent | undefined): Problem | null {
  if (intent?.kind !== 'target') {
    const hint = 'decide returns HOLD, FLAT, long(share) or short(share), at every close'
    return { what: `said ${shown(intent)}, which is no intent,`, hint }
  }
  const { exposure, exits } = intent
  if (typeof exposure !== 'number' || !(exposure >= -1 && exposure <= 1)) {
    const hint = 'an exposure is a number from -1 (short) to 1 (long); look for a division by zero'
    return { what: `asked for exposure ${shown(exposure)}`, hint }
  }
  if (exits === NO_EXITS) return null
  for (const name in exits) {
    const problem = exitProblem(name, exits[name as keyof Exits])
    if (problem !== null) return problem
  }
  return null
}

interface ExitLimit {
  readonly words: string
  holds(value: number): boolean
}

const FRACTION: ExitLimit = { words: 'from 0 to below 1', holds: value => value >= 0 && value < 1 }

const EXIT_LIMITS: Readonly<Record<string, ExitLimit>> = {
  stopLoss: FRACTION,
  trailingStop: FRACTION,
  takeProfit: { words: 'of 0 or more', holds: value => value >= 0 && value < Infinity },
  timeStop: { words: 'of 0 or more, whole', holds: value => Number.isInteger(value) && value >= 0 },
}

function exitProblem(name: string, value: unknown): Problem | null {
  const limit = EXIT_LIMITS[name]
  if (limit === undefined) {
    const known = Object.keys(EXIT_LIMITS)
    const near = nearestName(name, known)
    const hint = near ? `did you mean ${near}?` : `the exits are ${known.join(', ')}`
    return { what: `named the exit ${name}, which is not known,`, hint }
  }
  if (value === undefined || (typeof value === 'number' && limit.holds(value))) return null
  const hint = `${name} must be a number ${limit.words}; 0 is none`
  return { what: `named ${name} ${shown(value)}`, hint }
}

function shown(value: unknown): string {
  return typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value)
}
