import { cutCandles, type Candles } from '../../core/candles/candles.js'
import { strategyFailed } from '../run/replay/decision-failure.js'
import { AppError } from '../../core/errors.js'
import type { AnyStrategy } from '../../core/strategy/strategy.js'
import { runBacktest } from '../run/replay/backtest.js'
import { otherMarket } from './altered-candles.js'
import { proveLookahead, type LookaheadProof } from './lookahead.js'
import { observe, type ProofInput } from './observation.js'
import { proveRepetition, type RepetitionProof } from './repetition.js'
import { proveWarmUp, type WarmUpProof } from './warm-up.js'

export interface ProofOptions {
  /** Times at which the future is altered, 2 or more. */
  readonly samples: number
  readonly seed: number
  readonly lookahead: boolean
  readonly warmUp: boolean
  /** The strategy loaded anew, so that nothing outside of it can have been kept. */
  readonly fresh?: AnyStrategy | undefined
}

/** What was proved of a strategy with these parameters over these candles. */
export interface Proof {
  readonly passed: boolean
  /** The candles that the proof ran over: the last ones, where there were more. */
  readonly candles: Candles
  /** Index among `candles` of the first at which the strategy was asked. */
  readonly asked: number
  readonly lookahead: LookaheadProof | null
  readonly warmUp: WarmUpProof | null
  readonly determinism: RepetitionProof
}

/** Candles that a proof runs over at most. */
export const PROOF_CANDLES_MAX = 100_000

/** Samples of a proof unless told otherwise. */
export const PROOF_SAMPLES = 12

/**
 * Proves that what a strategy decides depends on the past it is shown and on nothing else, or shows
 * what else it depends on. The spec has one leg.
 * @throws AppError STRATEGY_FAILED where the strategy throws on candles as they are, or what a backtest of
 * it throws; NO_CANDLES where they do not suffice to ask it
 */
export function proveStrategy(given: ProofInput, options: ProofOptions): Proof {
  const last = lastCandles(given)
  const { name } = last.spec.legs[0]!.strategy
  // Another market first: what it leaves behind in a cache or a variable shows in all that follows.
  observe({ ...last, candles: otherMarket(last.candles) })
  const input = observe(last).failure?.startsWith(BROKEN) ? withPlainSizes(last) : last
  const seen = observe(input)
  if (seen.failure !== null) throw failureOf(input, seen.failure)
  if (seen.asked >= seen.end - 1) {
    throw new AppError(
      'NO_CANDLES',
      `${name} cannot be checked: it is not asked before the last of ${seen.end} candles`,
      {
        hint: 'give it more candles or shorter windows',
      },
    )
  }
  const lookahead = options.lookahead ? proveLookahead(input, seen, options) : null
  const warmUp = options.warmUp ? proveWarmUp(input, seen, options) : null
  const determinism = proveRepetition(input, seen, options.fresh)
  const passed = [lookahead, warmUp, determinism].every(part => part?.passed !== false)
  return { passed, candles: input.candles, asked: seen.asked, lookahead, warmUp, determinism }
}

/** What a backtest of it throws, where that says more than the message alone. */
function failureOf(input: ProofInput, message: string): Error {
  const { name } = input.spec.legs[0]!.strategy
  try {
    runBacktest(input)
  } catch (error) {
    if (error instanceof Error && error.name === 'AppError') return error
    return strategyFailed(`strategy ${name}`, error)
  }
  return new AppError('STRATEGY_FAILED', `strategy ${name} threw: ${message}`, {
    hint: 'run it with assay backtest and ASSAY_DEBUG=1 to see the line',
  })
}

/** How an assertion of the engine begins. */
const BROKEN = 'Assay is broken'

/**
 * The same with positions that spend no more than the capital. A strategy that sees the future
 * compounds to amounts that doubles cannot count in, which must not keep it from being found out.
 */
function withPlainSizes(input: ProofInput): ProofInput {
  const positionSize = { kind: 'quote', amount: input.spec.capital } as const
  const legs = input.spec.legs.map(leg => ({ ...leg, risk: { ...leg.risk, positionSize } }))
  return { ...input, spec: { ...input.spec, legs } }
}

function lastCandles(input: ProofInput): ProofInput {
  const { candles, first, decideFrom = 0 } = input
  const since = candles.length - PROOF_CANDLES_MAX
  if (since <= 0) return input
  return {
    ...input,
    candles: cutCandles(candles, since, candles.length),
    first: Math.max(0, first - since),
    decideFrom: Math.max(0, decideFrom - since),
  }
}
