import { runBacktest } from '../run/replay/backtest.js'
import { HOLD } from '../../core/strategy/intent.js'
import { crossed, type AnyStrategy, type View } from '../../core/strategy/strategy.js'
import { otherMarket } from './altered-candles.js'
import { differencesOf, ViolationList, type Difference, type Violation } from './differences.js'
import { LiveFeed } from './live-feed.js'
import { observe, type Observation, type ProofInput } from './observation.js'
import { withOtherClock } from './other-clock.js'

/** Whether the same candles give the same decisions, whatever ran before or beside. */
export interface RepetitionProof {
  readonly passed: boolean
  /** What was run, in words. */
  readonly runs: readonly string[]
  readonly violations: readonly Violation[]
}

/** Candles that two sessions are fed in turn. */
const INTERLEAVED = 20_000

/**
 * Runs the strategy again: at once, under another clock and other chance, after another market,
 * in turns with it, from a new instance, and as the fast path of a backtest does.
 * @param fresh the strategy loaded anew, where it can be
 */
export function proveRepetition(
  input: ProofInput,
  seen: Observation,
  fresh?: AnyStrategy,
): RepetitionProof {
  const { candles } = input
  const violations = new ViolationList()
  const runs: string[] = []
  const compare = (kind: string, how: string, other: Observation): void => {
    runs.push(kind)
    violations.add(candles, kind, differencesOf(seen, other, seen.end), how)
  }
  compare('repeat', 'it was run again', observe(input))
  compare(
    'other_clock',
    'it was run under another clock and other chance',
    withOtherClock(() => observe(input)),
  )
  const elsewhere = { ...input, candles: otherMarket(candles) }
  const first = observe(elsewhere)
  compare('after_another', 'another market was run before it', observe(input))
  // The other market, which now follows this one, must not have changed either.
  runs.push('reversed')
  const again = differencesOf(first, observe(elsewhere), first.end)
  violations.add(candles, 'reversed', again, 'the two markets were run in the other order')
  for (const [kind, difference] of interleavedDifferences(input, elsewhere, seen, first)) {
    violations.add(candles, kind, [difference], 'a run over another market took turns with it')
  }
  runs.push('interleaved')
  if (fresh !== undefined) {
    const renewed = { ...input, spec: withStrategy(input, fresh) }
    compare('fresh', 'its file was loaded anew', observe(renewed))
  }
  if (input.spec.legs[0]!.strategy.actsOnCross !== undefined) {
    runs.push('acts_on_cross')
    const spoken = crossDifference(input, seen)
    violations.add(candles, 'acts_on_cross', spoken, 'it was asked only at the crosses it names')
  }
  const { list } = violations
  return { passed: list.length === 0, runs, violations: list }
}

function withStrategy({ spec }: ProofInput, strategy: AnyStrategy): ProofInput['spec'] {
  return { ...spec, legs: spec.legs.map(leg => ({ ...leg, strategy })) }
}

/** Two sessions in one process, fed in turn: what one keeps outside of its state the other meets. */
function interleavedDifferences(
  here: ProofInput,
  elsewhere: ProofInput,
  seen: Observation,
  first: Observation,
): (readonly [string, Difference])[] {
  const length = Math.min(here.candles.length, Math.max(INTERLEAVED, here.first + 1))
  const [one, other] = [new LiveFeed(here, length), new LiveFeed(elsewhere, length)]
  for (let i = 0; i < length; i++) {
    if (one.failure === null) one.take(i)
    if (other.failure === null) other.take(i)
  }
  const apart = differencesOf(seen, one.observation(), length)
  // What the other market made the strategy throw, it threw at a candle that is not known here.
  const beside = first.failure === null ? differencesOf(first, other.observation(), length) : []
  return [...apart, ...beside].map(difference => ['interleaved', difference] as const)
}

/** The strategy, asked nowhere but at the crosses that it names. */
function atCrossesOnly({ spec }: ProofInput): AnyStrategy {
  const { actsOnCross, ...strategy } = spec.legs[0]!.strategy
  const [a, b] = actsOnCross!
  const decide: AnyStrategy['decide'] = (now, state) => {
    const views = now.indicators as Readonly<Record<string, View>>
    return crossed(views[a]!, views[b]!) === 0 ? HOLD : strategy.decide(now, state)
  }
  return { ...strategy, decide }
}

/** Whether the run that trusts `actsOnCross` ends with the equity of the one that asks everywhere. */
function crossDifference(input: ProofInput, seen: Observation): Difference[] {
  const { actsOnCross: _everywhere, ...asked } = input.spec.legs[0]!.strategy
  if (seen.failure !== null) return []
  const fast = runBacktest({ ...input, spec: withStrategy(input, atCrossesOnly(input)) }).equity
  const slow = runBacktest({ ...input, spec: withStrategy(input, asked) }).equity
  const k = fast.findIndex((value, index) => value !== slow[index])
  if (k < 0) return []
  const [before, after] = [slow[k]!, fast[k]!]
  return [{ what: 'equity', index: input.first + k, before, after }]
}
