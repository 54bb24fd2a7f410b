import { createHash } from 'node:crypto'
import { canonicalJson } from '../../../core/canonical.js'
import type {
  SweepRecord,
  SweepRepository,
  TrialRecord,
} from '../../../core/ports/research/sweeps.js'

/** What two sweeps have in common. Scores are of `a` and of `b`; a change is b − a. */
export interface SweepComparison {
  readonly setsA: number
  readonly setsB: number
  readonly both: number
  /** Sets of both that have a score in both; what follows is over these. */
  readonly scored: number
  readonly change: ScoreChange | null
  /** Spearman's, from -1 to 1; null for fewer than two sets, or where one side has one score only. */
  readonly rankCorrelation: number | null
  readonly bestOfA: BestElsewhere | null
  readonly bestOfB: BestElsewhere | null
}

interface ScoreChange {
  readonly mean: number
  readonly median: number
  readonly min: number
  readonly max: number
  /** Share of sets with a higher score in `b`. */
  readonly improved: number
}

/** The best trial of one sweep, and what became of its set in the other. */
interface BestElsewhere {
  readonly trial: TrialRecord
  readonly other: {
    readonly number: number
    readonly score: number | null
    readonly rank: number
    /** Whether another set of that sweep has the same score. */
    readonly isTied: boolean
  } | null
}

/** Trials of a sweep by what they tried: place in the order by score, number, score. */
interface ScoredSets {
  readonly places: ReadonlyMap<string, number>
  readonly numbers: readonly number[]
  /** NaN where there is none. */
  readonly scores: readonly number[]
  readonly best: TrialRecord | null
}

/** Compares two sweeps set by set. Holds a hash and two numbers a trial, no trial itself. */
export async function compareSweeps(
  sweeps: SweepRepository,
  a: SweepRecord,
  b: SweepRecord,
): Promise<SweepComparison> {
  const keyOf = setKey(a, b)
  const left = await readSets(sweeps, a.sweepId, keyOf)
  const right = await readSets(sweeps, b.sweepId, keyOf)
  const { both, from, to } = sharedScores(left, right)
  return {
    setsA: left.places.size,
    setsB: right.places.size,
    both,
    scored: from.length,
    change: scoreChange(from, to),
    rankCorrelation: spearman(from, to),
    bestOfA: elsewhere(left.best, right, keyOf),
    bestOfB: elsewhere(right.best, left, keyOf),
  }
}

type SetKey = (trial: TrialRecord) => string

/**
 * A set is a strategy with its parameters. Symbol and timeframe belong to it only where one of the
 * sweeps has several: one of SOL may be compared with one of BTC.
 */
function setKey(a: SweepRecord, b: SweepRecord): SetKey {
  const hasSeveral = (name: 'symbol' | 'timeframe'): boolean => `${a[name]}${b[name]}`.includes('+')
  const [symbols, timeframes] = [hasSeveral('symbol'), hasSeveral('timeframe')]
  return ({ strategy, symbol, timeframe, params }) => {
    const parts = [strategy, symbols ? symbol : null, timeframes ? timeframe : null, params]
    return createHash('sha256').update(canonicalJson(parts)).digest('base64')
  }
}

async function readSets(
  sweeps: SweepRepository,
  sweepId: string,
  keyOf: SetKey,
): Promise<ScoredSets> {
  const places = new Map<string, number>()
  const numbers: number[] = []
  const scores: number[] = []
  let best: TrialRecord | null = null
  for await (const page of sweeps.trials(sweepId, { order: 'score' })) {
    for (const trial of page) {
      if (trial.score !== null) best ??= trial
      const key = keyOf(trial)
      // Two templates may name one set; the scores are the same.
      if (places.has(key)) continue
      places.set(key, numbers.length)
      numbers.push(trial.number)
      scores.push(trial.score ?? NaN)
    }
  }
  return { places, numbers, scores, best }
}

function sharedScores(
  left: ScoredSets,
  right: ScoredSets,
): { both: number; from: number[]; to: number[] } {
  let both = 0
  const from: number[] = []
  const to: number[] = []
  for (const [key, place] of left.places) {
    const other = right.places.get(key)
    if (other === undefined) continue
    both += 1
    const [before, after] = [left.scores[place]!, right.scores[other]!]
    if (Number.isNaN(before) || Number.isNaN(after)) continue
    from.push(before)
    to.push(after)
  }
  return { both, from, to }
}

function scoreChange(from: readonly number[], to: readonly number[]): ScoreChange | null {
  if (from.length === 0) return null
  const changes = from.map((before, k) => to[k]! - before).sort((x, y) => x - y)
  const count = changes.length
  return {
    mean: changes.reduce((sum, change) => sum + change, 0) / count,
    median: (changes[(count - 1) >> 1]! + changes[count >> 1]!) / 2,
    min: changes[0]!,
    max: changes[count - 1]!,
    improved: changes.filter(change => change > 0).length / count,
  }
}

/** Pearson's correlation of ranks: https://en.wikipedia.org/wiki/Spearman%27s_rank_correlation_coefficient */
function spearman(from: readonly number[], to: readonly number[]): number | null {
  const [x, y] = [ranksOf(from), ranksOf(to)]
  const middle = (x.length + 1) / 2
  let [xy, xx, yy] = [0, 0, 0]
  for (let k = 0; k < x.length; k++) {
    const [dx, dy] = [x[k]! - middle, y[k]! - middle]
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy)
}

/** Ranks from 1; equal values share the middle of their ranks. */
function ranksOf(values: readonly number[]): Float64Array {
  const order = values.map((_, k) => k).sort((i, j) => values[i]! - values[j]!)
  const ranks = new Float64Array(values.length)
  for (let first = 0; first < order.length;) {
    let next = first + 1
    while (next < order.length && values[order[next]!] === values[order[first]!]) next += 1
    for (let k = first; k < next; k++) ranks[order[k]!] = (first + next + 1) / 2
    first = next
  }
  return ranks
}

function elsewhere(
  trial: TrialRecord | null,
  other: ScoredSets,
  keyOf: SetKey,
): BestElsewhere | null {
  if (trial === null) return null
  const place = other.places.get(keyOf(trial))
  if (place === undefined) return { trial, other: null }
  const score = other.scores[place]!
  return {
    trial,
    other: {
      number: other.numbers[place]!,
      score: Number.isNaN(score) ? null : score,
      rank: place + 1,
      isTied: other.scores.filter(own => own === score).length > 1,
    },
  }
}

export interface Fact {
  readonly name: string
  readonly a: unknown
  readonly b: unknown
}

/** What differs between what was asked of two sweeps, as dotted paths. */
export function differentFacts(a: SweepRecord, b: SweepRecord): Fact[] {
  const [left, right] = [factsOf(a), factsOf(b)]
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter(name => left.get(name) !== right.get(name))
    .map(name => ({ name, a: left.get(name) ?? null, b: right.get(name) ?? null }))
}

function factsOf(sweep: SweepRecord): Map<string, unknown> {
  const { strategy, symbol, timeframe, objective, status } = sweep
  const facts = new Map<string, unknown>()
  const manifest = Object(sweep.manifest) as object
  addFacts(facts, '', { strategy, symbol, timeframe, objective, status, ...manifest })
  return facts
}

/**
 * A list of words is one fact as a whole: thousands of grid values are one difference. What is in a
 * list of records is told by its place, where there is more than one.
 */
function addFacts(facts: Map<string, unknown>, path: string, value: unknown): void {
  if (value === null || typeof value !== 'object') return void facts.set(path, value)
  if (Array.isArray(value)) {
    const isPlain = value.every(one => one === null || typeof one !== 'object')
    if (isPlain) return void facts.set(path, value.map(String).join(', '))
    if (value.length === 1) return addFacts(facts, path, value[0])
  }
  for (const [key, inner] of Object.entries(value)) {
    addFacts(facts, [path, key].filter(part => part !== '').join('.'), inner)
  }
}
