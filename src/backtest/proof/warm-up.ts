import { cutCandles, type Candles } from '../../core/candles/candles.js'
import { indicatorsOf } from '../../core/engine/columns.js'
import { computeIndicator, settleOf, warmupOf } from '../../core/indicators/indicator.js'
import { seededRng } from '../../core/random.js'
import type { Millis } from '../../core/candles/time.js'
import { ViolationList, type Difference, type Violation } from './differences.js'
import { INDICATOR, type Observation, type ProofInput } from './observation.js'
import { decisionsFrom, type DeclaredIndicator } from './late-decisions.js'
import { memoryDifferences } from './late-memory.js'

/** How an indicator forgets where its candles began. */
export interface IndicatorSettling {
  readonly name: string
  readonly key: string
  /** Candles without a value, and candles until the start no longer shows; null for never. */
  readonly warmup: number
  readonly settle: number | null
  /** Largest difference seen after `settle`, relative to the largest value; null where none was compared. */
  readonly difference: number | null
}

/** Whether decisions depend on how much history came before. */
export interface WarmUpProof {
  readonly passed: boolean
  /** Open times of the first candle of each history that began later. */
  readonly samples: readonly Millis[]
  readonly indicators: readonly IndicatorSettling[]
  /** Decisions asked again with less history. */
  readonly decisions: number
  /** Of these, decisions that hung on a difference of an indicator within its tolerance. */
  readonly ties: number
  readonly violations: readonly Violation[]
}

/** Largest relative difference of a windowed indicator: running sums leave the dust of floats. */
const WINDOW_TOLERANCE = 1e-9
/** The same for a recursive one, as `settle` promises it. */
const SETTLE_TOLERANCE = 1e-6
/** Candles compared after an indicator has settled, for each later start. */
const COMPARED = 1500
const OFFSETS_MAX = 8

/**
 * Starts the history later and compares: indicators from their `settle` on, decisions asked with
 * the same position and state, and whether states that differ at the start ever meet.
 */
export function proveWarmUp(
  input: ProofInput,
  seen: Observation,
  { samples, seed }: { readonly samples: number; readonly seed: number },
): WarmUpProof {
  const { candles } = input
  const declared = declaredIndicators(input, seen)
  const finite = declared.map(({ settle }) => settle).filter(settle => settle !== Infinity)
  const settled = Math.max(0, ...finite)
  const offsets = laterStarts(candles.length, settled, Math.min(samples, OFFSETS_MAX), seed)
  const violations = new ViolationList()
  const largest = new Map<string, number>()
  let [decisions, ties] = [0, 0]
  for (const since of offsets) {
    const end = Math.min(candles.length, since + settled + COMPARED)
    const late = cutCandles(candles, since, end)
    const columns = declared.map(({ indicator }) => computeIndicator(indicator, late))
    declared.forEach((one, k) => {
      const { difference, relative } = compareLate(one, columns[k]!, since)
      largest.set(one.name, Math.max(largest.get(one.name) ?? 0, relative))
      if (difference) violations.add(candles, 'later_start', [difference], laterWords(since))
    })
    const asked = decisionsFrom({ input, seen, declared, columns, late, since, settled })
    decisions += asked.count
    ties += asked.ties
    violations.add(candles, 'later_start', asked.differences, laterWords(since))
    const memories = memoryDifferences(input, seen, since, settled)
    violations.add(
      candles,
      'never_agrees',
      memories,
      `${laterWords(since)}, and it did not come to agree while both were flat`,
    )
  }
  const { list } = violations
  return {
    passed: list.length === 0,
    samples: offsets.map(since => candles.time[since]!),
    indicators: declared.map(one => settlingOf(one, candles, largest.get(one.name) ?? null)),
    decisions,
    ties,
    violations: list,
  }
}

function declaredIndicators({ spec, candles }: ProofInput, seen: Observation): DeclaredIndicator[] {
  return Object.entries(indicatorsOf(spec.legs[0]!)).map(([name, indicator]) => {
    const settle = settleOf(indicator, candles.timeframeMs)
    const isWindow = settle === warmupOf(indicator, candles.timeframeMs)
    return {
      name,
      indicator,
      whole: seen.columns.get(INDICATOR + name)!,
      settle,
      tolerance: isWindow ? WINDOW_TOLERANCE : SETTLE_TOLERANCE,
    }
  })
}

/** Starts that leave room to settle and to compare: the second candle, a prime, others at random. */
function laterStarts(length: number, settled: number, count: number, seed: number): number[] {
  const room = length - settled - 2
  if (room < 1) return []
  const rng = seededRng(seed ^ 0x5eed)
  const starts = new Set([1, Math.min(7, room)])
  for (let tries = 0; starts.size < Math.min(count, room) && tries < 20 * count; tries++) {
    starts.add(1 + Math.floor(rng.next() * room))
  }
  return [...starts].sort((a, b) => a - b)
}

/** The first value after settling that is too far off, and the largest relative difference. */
function compareLate(
  { name, whole, settle, tolerance }: DeclaredIndicator,
  late: Float64Array,
  since: number,
): { readonly difference: Difference | null; readonly relative: number } {
  if (settle === Infinity) return { difference: null, relative: 0 }
  let scale = 0
  for (let j = settle; j < late.length; j++) {
    const size = Math.abs(whole[since + j]!)
    if (size > scale) scale = size
  }
  let relative = 0
  for (let j = settle; j < late.length; j++) {
    const [before, after] = [whole[since + j]!, late[j]!]
    if (Object.is(before, after)) continue
    const off = scale === 0 ? Infinity : Math.abs(after - before) / scale
    if (off <= tolerance) {
      if (off > relative) relative = off
      continue
    }
    const difference: Difference = {
      what: INDICATOR + name,
      index: since + j,
      before: Number.isNaN(before) ? null : before,
      after: Number.isNaN(after) ? null : after,
    }
    return { difference, relative: Number.isNaN(off) ? Infinity : off }
  }
  return { difference: null, relative }
}

function settlingOf(
  { name, indicator, settle }: DeclaredIndicator,
  candles: Candles,
  difference: number | null,
): IndicatorSettling {
  return {
    name,
    key: indicator.key,
    warmup: warmupOf(indicator, candles.timeframeMs),
    settle: settle === Infinity ? null : settle,
    difference: settle === Infinity || difference === Infinity ? null : difference,
  }
}

function laterWords(since: number): string {
  return `the history began ${since} ${since === 1 ? 'candle' : 'candles'} later`
}
