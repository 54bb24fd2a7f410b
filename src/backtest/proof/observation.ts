import { cutCandles, indexAtOrAfter, type Candles } from '../../core/candles/candles.js'
import { ColumnFolds } from '../../core/engine/columns.js'
import type { LegSpec } from '../../core/trading/desk.js'
import { Engine } from '../../core/engine/engine.js'
import type { LegColumns } from '../../core/engine/spec.js'
import { HOLD, type Intent, type OrderRequest } from '../../core/strategy/intent.js'
import {
  type AnyStrategy,
  type OwnOrder,
  type StrategyState,
} from '../../core/strategy/strategy.js'
import type { BacktestInput } from '../run/replay/outcome.js'

/** What a proof runs: one strategy over candles, as a backtest would. */
export type ProofInput = Pick<BacktestInput, 'spec' | 'candles' | 'first' | 'decideFrom'>

/** Everything that a strategy saw of itself and said, as columns over the candles. NaN is nothing. */
export interface Observation {
  /** By name: `indicator fast`, `exposure asked`, `candles held`, `state since`. */
  readonly columns: ReadonlyMap<string, Float64Array>
  /** Its resting orders at each candle where it had any. */
  readonly orders: ReadonlyMap<number, readonly OwnOrder[]>
  /** Index before which the columns are observed. */
  readonly end: number
  /** Index of the first candle at which the strategy was asked; `end` where it never was. */
  readonly asked: number
  /** What the strategy threw, and stopped the run with; null where it did not. */
  readonly failure: string | null
}

/** Candles that indicators and engine take one after another, as `runBacktest` does. */
const BLOCK = 8192

export const ASKED = 'exposure asked'
export const HELD = 'exposure held'
export const ENTRY = 'entry price'
export const AGE = 'candles held'
export const BEST = 'best since entry'
export const EQUITY = 'equity'
export const STATE = 'state '
export const INDICATOR = 'indicator '

/** What a strategy said, in numbers. Orders are summed with weights, so that their places count. */
export const SAID = [
  ASKED,
  'stop loss asked',
  'take profit asked',
  'trailing stop asked',
  'time stop asked',
  'stop price kept',
  'target price kept',
  'orders asked',
  'order prices asked',
  'order sizes asked',
] as const

/** A strategy that writes down all that goes by, at every candle. */
export class Recorder {
  readonly leg: LegSpec
  readonly columns = new Map<string, Float64Array>()
  private readonly orders = new Map<number, readonly OwnOrder[]>()
  asked = -1
  private readonly length: number
  private readonly candles: Candles
  private readonly since: number
  private readonly said: readonly Float64Array[]
  private readonly held: readonly Float64Array[]
  private readonly strategy: AnyStrategy
  private i = -1

  constructor(
    leg: LegSpec,
    candles: Candles,
    { length, since }: { length: number; since: number },
  ) {
    this.length = length
    this.candles = candles
    this.since = since
    this.strategy = leg.strategy
    this.said = SAID.map(name => this.column(name))
    this.held = [HELD, ENTRY, AGE, BEST, EQUITY].map(name => this.column(name))
    const { actsOnCross: _everywhere, ...whole } = leg.strategy
    this.leg = { ...leg, strategy: { ...whole, decide: this.decide.bind(this) } }
  }

  /** What was seen, with the indicator columns that it was seen beside. */
  observation(indicators: LegColumns, end: number, failure: string | null): Observation {
    const named = Object.entries(indicators).map(
      ([name, column]) => [INDICATOR + name, column] as const,
    )
    const columns = new Map([...named, ...this.columns])
    return { columns, orders: this.orders, end, asked: this.asked < 0 ? end : this.asked, failure }
  }

  private decide(now: Parameters<AnyStrategy['decide']>[0], state: StrategyState): Intent {
    if (this.i < 0) {
      const at = indexAtOrAfter(this.candles, now.time)
      if (at < this.since) return HOLD
      this.asked = at
      this.i = at - 1
    }
    const i = (this.i += 1)
    const { held } = this
    held[0]![i] = now.exposure
    held[1]![i] = now.entryPrice
    held[2]![i] = now.candlesHeld
    held[3]![i] = now.bestSince
    held[4]![i] = now.equity
    const { orders } = now
    if (orders.length > 0) this.orders.set(i, orders)
    const intent = this.strategy.decide(now, state)
    this.writeSaid(i, intent)
    for (const name in state) this.stateColumn(name)[i] = state[name]!
    return intent
  }

  private writeSaid(i: number, intent: Intent): void {
    const { said } = this
    const values = saidBy(intent)
    for (let k = 0; k < values.length; k++) said[k]![i] = values[k]!
  }

  private stateColumn(name: string): Float64Array {
    return this.columns.get(STATE + name) ?? this.column(STATE + name)
  }

  private column(name: string): Float64Array {
    const column = new Float64Array(this.length).fill(NaN)
    this.columns.set(name, column)
    return column
  }
}

/** An answer as the numbers of `SAID`; NaN, or nothing, where it does not say. */
export function saidBy(intent: Intent | undefined): readonly number[] {
  if (intent?.kind === 'target') {
    const { stopLoss, takeProfit, trailingStop, timeStop } = intent.exits ?? {}
    return [intent.exposure, ...[stopLoss, takeProfit, trailingStop, timeStop].map(orNaN)]
  }
  if (intent?.kind === 'keep') {
    return [...NOT_A_TARGET, orNaN(intent.stopPrice), orNaN(intent.targetPrice)]
  }
  if (intent?.kind !== 'orders' || !Array.isArray(intent.orders)) return []
  const { orders } = intent
  const sizes = weighed(orders, ({ quantity, share }) => orNaN(quantity ?? share))
  return [...NOT_A_TARGET, NaN, NaN, orders.length, weighed(orders, priceOf), sizes]
}

const NOT_A_TARGET: readonly number[] = [NaN, NaN, NaN, NaN, NaN]

function orNaN(value: number | null | undefined): number {
  return value ?? NaN
}

function weighed(
  orders: readonly OrderRequest[],
  valueOf: (order: OrderRequest) => number,
): number {
  return orders.reduce((sum, order, k) => sum + (k + 1) * valueOf(order), 0)
}

function priceOf({ price, side }: OrderRequest): number {
  return side === 'buy' ? price : -price
}

/**
 * Runs indicators and engine as a backtest does, up to before index `until`, and gives what was
 * seen there. What a strategy throws ends the run and is part of what was seen.
 */
export function observe(input: ProofInput, until = input.candles.length): Observation {
  const { spec, candles, first, decideFrom = 0 } = input
  const since = Math.max(first, decideFrom)
  const recorder = new Recorder(spec.legs[0]!, candles, { length: until, since })
  const legs = [recorder.leg]
  let columns: LegColumns = {}
  try {
    const folds = new ColumnFolds(legs, candles)
    columns = folds.columns[0]!
    const market = { candles, detail: null, first, decideFrom: candles.length, legs }
    const engine = new Engine(spec, [{ ...market, columns: folds.columns }])
    for (let end = 0; end < until;) {
      const start = end
      end = Math.min(end + BLOCK, candles.length)
      folds.advance(end)
      if (end > first) {
        engine.decidesFrom(0, Math.max(since, folds.complete))
        for (let i = Math.max(start, first); i < Math.min(end, until); i++) {
          engine.advance()
        }
      }
    }
  } catch (error) {
    return recorder.observation(columns, until, (error as Error).message)
  }
  return recorder.observation(columns, until, null)
}

/** The same strategy over the candles from index `since` on, as if there were none before. */
export function startedLater(input: ProofInput, since: number): ProofInput {
  const { spec, candles, first, decideFrom = 0 } = input
  return {
    spec,
    candles: cutCandles(candles, since, candles.length),
    first: Math.max(0, first - since),
    decideFrom: Math.max(0, decideFrom - since),
  }
}
