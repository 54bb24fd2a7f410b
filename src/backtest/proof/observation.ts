import { cutCandles, indexAtOrAfter, type Candles } from '../../core/candles/candles.js'
import { ColumnFolds } from '../../core/engine/columns.js'
import type { LegSpec } from '../../core/trading/desk.js'
import { Engine, type LegColumns } from '../../core/engine/engine.js'
import { HOLD, type Intent } from '../../core/strategy/intent.js'
import { type AnyStrategy, type StrategyState } from '../../core/strategy/strategy.js'
import type { BacktestInput } from '../run/backtest.js'

/** What a proof runs: one strategy over candles, as a backtest would. */
export type ProofInput = Pick<BacktestInput, 'spec' | 'candles' | 'first' | 'decideFrom'>

/** Everything that a strategy saw of itself and said, as columns over the candles. NaN is nothing. */
export interface Observation {
  /** By name: `indicator fast`, `exposure asked`, `candles held`, `state since`. */
  readonly columns: ReadonlyMap<string, Float64Array>
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
export const STATE = 'state '
export const INDICATOR = 'indicator '

const SAID = [
  ASKED,
  'stop loss asked',
  'take profit asked',
  'trailing stop asked',
  'time stop asked',
] as const

/** A strategy that writes down all that goes by, at every candle. */
export class Recorder {
  readonly leg: LegSpec
  readonly columns = new Map<string, Float64Array>()
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
    this.held = [HELD, ENTRY, AGE].map(name => this.column(name))
    const { actsOnCross: _everywhere, ...whole } = leg.strategy
    this.leg = { ...leg, strategy: { ...whole, decide: this.decide.bind(this) } }
  }

  /** What was seen, with the indicator columns that it was seen beside. */
  observation(indicators: LegColumns, end: number, failure: string | null): Observation {
    const named = Object.entries(indicators).map(
      ([name, column]) => [INDICATOR + name, column] as const,
    )
    const columns = new Map([...named, ...this.columns])
    return { columns, end, asked: this.asked < 0 ? end : this.asked, failure }
  }

  private decide(now: Parameters<AnyStrategy['decide']>[0], state: StrategyState): Intent {
    if (this.i < 0) {
      const at = indexAtOrAfter(this.candles, now.time)
      if (at < this.since) return HOLD
      this.asked = at
      this.i = at - 1
    }
    const i = (this.i += 1)
    const [exposure, entry, age] = this.held as [Float64Array, Float64Array, Float64Array]
    exposure[i] = now.exposure
    entry[i] = now.entryPrice
    age[i] = now.candlesHeld
    const intent = this.strategy.decide(now, state)
    if (intent?.kind === 'target') this.writeSaid(i, intent)
    for (const name in state) this.stateColumn(name)[i] = state[name]!
    return intent
  }

  private writeSaid(i: number, { exposure, exits }: Extract<Intent, { kind: 'target' }>): void {
    const { said } = this
    said[0]![i] = exposure
    if (exits === undefined || exits === null) return
    said[1]![i] = exits.stopLoss ?? NaN
    said[2]![i] = exits.takeProfit ?? NaN
    said[3]![i] = exits.trailingStop ?? NaN
    said[4]![i] = exits.timeStop ?? NaN
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
