import type { Candles } from '../candles/candles.js'
import { AppError } from '../errors.js'
import { indicatorProblem } from '../strategy/indicator-problem.js'
import type { Millis } from '../candles/time.js'
import type { LegSpec } from '../trading/desk.js'
import type { LegColumns } from './spec.js'
import type { Kernel } from '../fast/kernel.js'
import type { Indicator, Step } from '../indicators/indicator.js'
import { referenceMs } from '../indicators/other-market.js'
import type { Scratch } from '../fast/scratch.js'

/**
 * The indicators that a leg's strategy declares for its parameters, by name.
 * @throws AppError STRATEGY_FILE for what is none
 */
export function indicatorsOf({ strategy, params }: LegSpec): Readonly<Record<string, Indicator>> {
  const indicators: unknown = strategy.indicators(params)
  const found = indicatorProblem(indicators)
  if (found === null) return indicators as Readonly<Record<string, Indicator>>
  throw new AppError('STRATEGY_FILE', `strategy ${strategy.name}: ${found.problem}`, {
    hint: found.hint,
  })
}

/** A market whose candles indicators read without trading on it. */
export interface ReadMarket {
  /** Name of the market. */
  readonly symbol: string
  /** Length of its candles, milliseconds. */
  readonly timeframeMs: Millis
  /** The strategy that reads it, the first where several do. */
  readonly strategy: string
  /** Name of its indicator that does. */
  readonly indicator: string
}

/** What the indicators of legs read beside candles of this length, each market once. */
export function readMarkets(legs: readonly LegSpec[], timeframeMs: Millis): readonly ReadMarket[] {
  const markets = new Map<string, ReadMarket>()
  for (const leg of legs) {
    for (const [indicator, { references }] of Object.entries(indicatorsOf(leg))) {
      for (const reference of references ?? []) {
        const { symbol } = reference
        const lengthMs = referenceMs(reference, timeframeMs)
        const key = `${symbol} ${lengthMs}`
        const { name: strategy } = leg.strategy
        if (!markets.has(key)) {
          markets.set(key, { symbol, timeframeMs: lengthMs, strategy, indicator })
        }
      }
    }
  }
  return [...markets.values()]
}

/** Columns that are computed already; undefined for an indicator that is to be computed. */
export type KnownColumns = (indicator: Indicator) => Float64Array | undefined

/** Where columns come from and stand; new memory where nothing is said. */
export interface ColumnSources {
  /** Memory that is borrowed, where it is. */
  readonly scratch?: Scratch | undefined
  /** Columns that are computed already, where there are any. */
  readonly known?: KnownColumns | undefined
  /** What it is to follow while it is computed, it gives room for. */
  readonly kernel?: Kernel | null
}

interface Fold {
  /** Null for a column that is known whole. */
  readonly step: Step | null
  readonly values: Float64Array
}

/**
 * The indicator columns of all legs, computed as far as they are needed: an engine that follows
 * close behind finds them in the processor's cache. An indicator that several declare is computed
 * once.
 */
export class ColumnFolds {
  /** One record a leg; values from `end` on are left over from earlier. */
  readonly columns: readonly LegColumns[]
  /** Index before which the columns are computed. */
  end = 0
  /** Index of the first candle at which every column has a value; `end` where none has yet. */
  complete = 0
  private readonly candles: Candles
  private readonly folds: Fold[] = []
  private readonly byKey = new Map<string, Float64Array>()

  constructor(legs: readonly LegSpec[], candles: Candles, sources: ColumnSources = {}) {
    this.candles = candles
    const columns: LegColumns[] = []
    for (const leg of legs) columns.push(this.columnsOf(leg, sources))
    this.columns = columns
  }

  /** Computes the candles up to before `end`. */
  advance(end: number): void {
    const wasComplete = this.complete < this.end
    for (const { step, values } of this.folds) {
      if (step !== null) foldColumn(step, this.candles, values, this.end, end)
    }
    this.end = end
    if (!wasComplete) this.complete = firstComplete(this.folds, this.complete, end)
  }

  private columnsOf(leg: LegSpec, sources: ColumnSources): LegColumns {
    const indicators = indicatorsOf(leg)
    const columns: Record<string, Float64Array> = {}
    const { actsOnCross } = leg.strategy
    if (sources.kernel && actsOnCross) {
      // First, so that no other name gives them a place where the kernel does not see them.
      const [a, b] = [indicators[actsOnCross[0]]!, indicators[actsOnCross[1]]!]
      const [knownA, knownB] = [sources.known?.(a), sources.known?.(b)]
      const [columnA, columnB] = sources.kernel.columns(knownA, knownB)
      this.place(a, columnA, knownA !== undefined)
      this.place(b, columnB, knownB !== undefined)
    }
    for (const name of Object.keys(indicators)) {
      const indicator = indicators[name]!
      columns[name] = this.byKey.get(indicator.key) ?? this.find(indicator, sources)
    }
    return columns
  }

  private find(indicator: Indicator, { known, scratch }: ColumnSources): Float64Array {
    const whole = known?.(indicator)
    const { length } = this.candles
    const values = whole ?? scratch?.column(length) ?? new Float64Array(length)
    return this.place(indicator, values, whole !== undefined)
  }

  /** Gives an indicator its column, unless it has one. */
  private place(indicator: Indicator, values: Float64Array, isWhole: boolean): Float64Array {
    const same = this.byKey.get(indicator.key)
    if (same) return same
    this.byKey.set(indicator.key, values)
    this.folds.push({ step: isWhole ? null : indicator.start(), values })
    return values
  }
}

/** Writes the values of a step for the candles from `first` to before `end`. */
function foldColumn(
  step: Step,
  candles: Candles,
  values: Float64Array,
  first: number,
  end: number,
): void {
  if (step.fill !== undefined) step.fill(candles, values, first, end)
  else for (let i = first; i < end; i++) values[i] = step.next(candles, i)
}

function firstComplete(folds: readonly Fold[], since: number, end: number): number {
  let first = since
  for (const { values } of folds) while (first < end && Number.isNaN(values[first])) first += 1
  return first
}
