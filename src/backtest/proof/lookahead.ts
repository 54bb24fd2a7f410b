import { formatTime } from '../../core/candles/time.js'
import { ALTERATION_WORDS, ALTERATIONS, Stage } from './altered-candles.js'
import { differencesOf, ViolationList, type Violation } from './differences.js'
import { observeLive } from './live-feed.js'
import { observe, type Observation, type ProofInput } from './observation.js'
import { sampleTimes } from './samples.js'

/** Whether decisions depend on what was not there yet. */
export interface LookaheadProof {
  readonly passed: boolean
  /** Open times after which the future was altered, in each of the ways. */
  readonly samples: readonly number[]
  /** How many ways there were. */
  readonly ways: number
  /** Candles that were also fed one at a time, nothing after them being there. */
  readonly fedOneByOne: number
  readonly violations: readonly Violation[]
}

/**
 * Alters what comes after sampled candles, in each way, and asks whether an indicator, a decision,
 * a holding or a state at them or before them changes by a bit. Then all candles are fed one at a
 * time, as in live trading, where the future is nowhere to be read.
 * @param seen the strategy over the candles as they are
 */
export function proveLookahead(
  input: ProofInput,
  seen: Observation,
  { samples, seed }: { readonly samples: number; readonly seed: number },
): LookaheadProof {
  const { candles } = input
  const violations = new ViolationList()
  const stage = new Stage(candles)
  const staged = { ...input, candles: stage }
  const indices = sampleTimes(seen, samples, seed)
  for (const last of indices) {
    for (const kind of ALTERATIONS) {
      stage.alter(kind, last, seed + last)
      const other = observe(staged, last + 1)
      stage.restore(last)
      const differences = differencesOf(upTo(seen, last + 1), other, last + 1)
      violations.add(
        candles,
        kind,
        differences,
        `${ALTERATION_WORDS[kind]} (${whenOf(input, last)})`,
      )
    }
  }
  const live = observeLive(input, candles.length)
  violations.add(
    candles,
    'one_by_one',
    differencesOf(seen, live, candles.length),
    'candles came one at a time, as in live trading, with nothing after the last',
  )
  const { list } = violations
  return {
    passed: list.length === 0,
    samples: indices.map(index => candles.time[index]!),
    ways: ALTERATIONS.length,
    fedOneByOne: candles.length,
    violations: list,
  }
}

/** A run that went on to the end did not throw before; what it threw at its end is another story. */
function upTo(seen: Observation, end: number): Observation {
  return { ...seen, end, failure: null }
}

function whenOf({ candles }: ProofInput, last: number): string {
  return `after the candle of ${formatTime(candles.time[last]!)}`
}
