import type { Candles } from '../../core/candles/candles.js'
import type { Indicator } from '../../core/indicators/indicator.js'
import { Cursor, LegMoment, type Holdings } from '../../core/strategy/moment.js'
import type { Intent } from '../../core/strategy/intent.js'
import type { OwnOrder, StrategyState } from '../../core/strategy/strategy.js'
import type { Difference } from './differences.js'
import {
  AGE,
  BEST,
  ENTRY,
  EQUITY,
  HELD,
  SAID,
  saidBy,
  STATE,
  type Observation,
  type ProofInput,
} from './observation.js'

/** An indicator of a strategy with its column over all candles. */
export interface DeclaredIndicator {
  readonly name: string
  readonly indicator: Indicator
  readonly whole: Float64Array
  readonly settle: number
  readonly tolerance: number
}

/** A history that began later, beside the whole one. */
export interface LateHistory {
  readonly input: ProofInput
  readonly seen: Observation
  readonly declared: readonly DeclaredIndicator[]
  /** Columns of `declared` over `late`. */
  readonly columns: readonly Float64Array[]
  readonly late: Candles
  readonly since: number
  /** Candles until every indicator that settles has settled. */
  readonly settled: number
}

/**
 * Asks `decide` again at each candle of the later history, with the position and the state that it
 * had with the whole one. What remains to differ is history. An answer that hangs on a difference
 * of an indicator within its tolerance is a tie, not a difference.
 */
export function decisionsFrom(history: LateHistory): {
  readonly count: number
  readonly ties: number
  readonly differences: readonly Difference[]
} {
  const { seen, late, since, settled } = history
  const asked = new LateAsker(history)
  const from = Math.max(since + settled, seen.asked)
  let [count, ties] = [0, 0]
  for (let i = from; i < since + late.length; i++) {
    if (!asked.isReady(i)) continue
    count += 1
    const difference = asked.differenceAt(i, false)
    if (difference === null) continue
    const settledDifference = asked.differenceAt(i, true)
    if (settledDifference !== null) return { count, ties, differences: [settledDifference] }
    ties += 1
  }
  return { count, ties, differences: [] }
}

class LateAsker implements Holdings {
  private readonly history: LateHistory
  private readonly cursor = new Cursor()
  private readonly late: LegMoment
  /** Indicators that settle as with the whole history, the others as with the later one. */
  private readonly settledOnes: LegMoment
  private readonly stateNames: readonly string[]
  private i = 0

  constructor(history: LateHistory) {
    const { input, declared, columns, late, since, seen } = history
    this.history = history
    const { params } = input.spec.legs[0]!
    const moment = (column: (k: number) => Float64Array): LegMoment => {
      const named = Object.fromEntries(declared.map(({ name }, k) => [name, column(k)]))
      return new LegMoment(params, late, named, this.cursor, this)
    }
    this.late = moment(k => columns[k]!)
    this.settledOnes = moment(k => {
      const { settle, whole } = declared[k]!
      return settle === Infinity ? columns[k]! : whole.subarray(since, since + late.length)
    })
    this.stateNames = [...seen.columns.keys()].filter(name => name.startsWith(STATE))
  }

  /** Whether every indicator has a value in the later history, so that `decide` may be asked. */
  isReady(i: number): boolean {
    return this.history.columns.every(column => !Number.isNaN(column[i - this.history.since]))
  }

  /** What differs from the decision with the whole history; null where nothing does. */
  differenceAt(i: number, onlyUnsettled: boolean): Difference | null {
    this.i = i
    this.cursor.i = i - this.history.since
    const { strategy } = this.history.input.spec.legs[0]!
    const state = this.stateBefore(i)
    let intent: Intent
    try {
      intent = strategy.decide(onlyUnsettled ? this.settledOnes : this.late, state)
    } catch (error) {
      return { what: 'what it threw', index: i, before: null, after: (error as Error).message }
    }
    return this.intentDifference(i, intent) ?? this.stateDifference(i, state)
  }

  exposureNow(): number {
    return this.read(HELD)
  }

  entryPriceNow(): number {
    return this.read(ENTRY)
  }

  candlesHeldNow(): number {
    return this.read(AGE)
  }

  bestSinceNow(): number {
    return this.read(BEST)
  }

  equityNow(): number {
    return this.read(EQUITY)
  }

  ordersNow(): readonly OwnOrder[] {
    return this.history.seen.orders.get(this.i) ?? []
  }

  private read(name: string): number {
    return this.history.seen.columns.get(name)![this.i]!
  }

  private stateBefore(i: number): StrategyState {
    const { seen, input } = this.history
    const leg = input.spec.legs[0]!
    const state = { ...(leg.strategy.initial(leg.params) as StrategyState) }
    if (i === seen.asked) return state
    for (const name of this.stateNames) {
      const value = seen.columns.get(name)![i - 1]!
      if (!Number.isNaN(value)) state[name.slice(STATE.length)] = value
    }
    return state
  }

  private intentDifference(i: number, intent: Intent): Difference | null {
    const said = saidBy(intent)
    for (const [k, what] of SAID.entries()) {
      const after = said[k] ?? NaN
      const before = this.history.seen.columns.get(what)![i]!
      if (isNear(before, after)) continue
      return { what, index: i, before: orNull(before), after: orNull(after) }
    }
    return null
  }

  private stateDifference(i: number, state: StrategyState): Difference | null {
    for (const what of this.stateNames) {
      const before = this.history.seen.columns.get(what)![i]!
      const after = state[what.slice(STATE.length)] ?? NaN
      if (!isNear(before, after))
        return { what, index: i, before: orNull(before), after: orNull(after) }
    }
    return null
  }
}

/** Equal, or as near as what is computed from an indicator that has settled. */
export function isNear(a: number, b: number): boolean {
  if (Object.is(a, b)) return true
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b))
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
