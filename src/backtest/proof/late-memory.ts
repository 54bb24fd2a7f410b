import { isNear } from './late-decisions.js'
import type { Difference } from './differences.js'
import {
  AGE,
  observe,
  startedLater,
  STATE,
  type Observation,
  type ProofInput,
} from './observation.js'

/** Positions that both runs must have left before their states must have met. */
const CHANCES = 3

/**
 * Runs the strategy from a later start, flat and with its first state, and gives the states that
 * never come to agree with those of the whole run, though both have left positions and were flat:
 * a count of candles since the start, say, which live trading would begin elsewhere.
 */
export function memoryDifferences(
  input: ProofInput,
  seen: Observation,
  since: number,
  settled: number,
): Difference[] {
  const names = [...seen.columns.keys()].filter(name => name.startsWith(STATE))
  if (names.length === 0) return []
  const late = observe(startedLater(input, since))
  if (late.failure !== null) return []
  const from = Math.max(since + settled, since + late.asked, seen.asked)
  return names.flatMap(name => neverAgreeing(name, { seen, late, since, from }))
}

interface TwoRuns {
  readonly seen: Observation
  readonly late: Observation
  readonly since: number
  readonly from: number
}

function neverAgreeing(name: string, { seen, late, since, from }: TwoRuns): Difference[] {
  const [a, b] = [seen.columns.get(name)!, late.columns.get(name) ?? new Float64Array(0)]
  const [ageA, ageB] = [seen.columns.get(AGE)!, late.columns.get(AGE)!]
  let [left, leftLate, last] = [0, 0, -1]
  for (let i = from; i < seen.end; i++) {
    const k = i - since
    if (ageA[i] === 0 && ageA[i - 1]! > 0) left += 1
    if (ageB[k] === 0 && ageB[k - 1]! > 0) leftLate += 1
    if (ageA[i] !== 0 || ageB[k] !== 0) continue
    if (isNear(a[i] ?? NaN, b[k] ?? NaN)) return []
    if (left >= CHANCES && leftLate >= CHANCES) last = i
  }
  if (last < 0) return []
  return [{ what: name, index: last, before: a[last] ?? null, after: b[last - since] ?? null }]
}
