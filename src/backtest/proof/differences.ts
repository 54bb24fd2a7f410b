import type { Candles } from '../../core/candles/candles.js'
import { formatTime, type Millis } from '../../core/candles/time.js'
import type { Observation } from './observation.js'

/** What a value was and became: a number, null for none, a text for what was thrown. */
export type Seen = number | string | null

/** Something that must not have changed, and did. */
export interface Violation {
  /** Open time of the first candle at whose close it differed. */
  readonly time: Millis
  /** The indicator, decision, holding or state: `indicator fast`, `exposure asked`. */
  readonly what: string
  /** What was done to make it change: `noise`, `next`, `repeat`, `later_start`. */
  readonly kind: string
  readonly before: Seen
  readonly after: Seen
  /** The same in a sentence. */
  readonly text: string
}

/** A value that two observations do not share, at the first candle where they do not. */
export interface Difference {
  readonly what: string
  readonly index: number
  readonly before: Seen
  readonly after: Seen
}

/** What differs between two observations before index `end`, to the bit; earliest first. */
export function differencesOf(before: Observation, after: Observation, end: number): Difference[] {
  const found: Difference[] = []
  if (before.failure !== after.failure) {
    found.push({
      what: 'what it threw',
      index: end - 1,
      before: before.failure,
      after: after.failure,
    })
  }
  for (const what of new Set([...before.columns.keys(), ...after.columns.keys()])) {
    const [a, b] = [before.columns.get(what), after.columns.get(what)]
    const index = firstDifference(a ?? NOTHING, b ?? NOTHING, end)
    if (index < 0) continue
    found.push({ what, index, before: numberAt(a, index), after: numberAt(b, index) })
  }
  return found.sort((a, b) => a.index - b.index)
}

const NOTHING = new Float64Array(0)

function numberAt(column: Float64Array | undefined, index: number): number | null {
  const value = column?.[index] ?? NaN
  return Number.isNaN(value) ? null : value
}

/** Index of the first value that is not the same to the bit; -1 where there is none before `end`. */
function firstDifference(a: Float64Array, b: Float64Array, end: number): number {
  const shared = Math.min(a.length, b.length, end)
  for (let i = 0; i < shared; i++) if (a[i] !== b[i] && !Object.is(a[i], b[i])) return i
  const longer = a.length > b.length ? a : b
  for (let i = shared; i < Math.min(longer.length, end); i++) {
    if (!Number.isNaN(longer[i])) return i
  }
  return -1
}

/** Violations by what and how, the first of each. */
export class ViolationList {
  private readonly found = new Map<string, Violation>()

  get list(): readonly Violation[] {
    return [...this.found.values()]
  }

  /** Takes the differences of one comparison; `how` ends the sentence. */
  add(candles: Candles, kind: string, differences: readonly Difference[], how: string): void {
    for (const { what, index, before, after } of differences) {
      const key = `${kind} ${what}`
      if (this.found.has(key)) continue
      const time = candles.time[index]!
      const text = `${what} at ${formatTime(time)}: ${shown(before)} became ${shown(after)} when ${how}`
      this.found.set(key, { time, what, kind, before, after, text })
    }
  }
}

function shown(value: Seen): string {
  if (value === null) return 'nothing'
  return typeof value === 'string' ? `"${value}"` : String(value)
}
