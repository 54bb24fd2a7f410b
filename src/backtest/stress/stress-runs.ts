import type { Candles } from '../../core/candles/candles.js'
import { indicatorsOf, type KnownColumns } from '../../core/engine/columns.js'
import type { LegSpec } from '../../core/trading/desk.js'
import type { RunSpec } from '../../core/engine/spec.js'
import { guarded } from '../run/replay/decision-failure.js'
import { Scratch } from '../../core/fast/scratch.js'
import { runBacktest } from '../run/replay/backtest.js'
import type { BacktestInput, BacktestOutcome } from '../run/replay/outcome.js'
import { backtestInput } from '../run/run.js'
import type { RunData, RunRequest } from '../run/record/run-request.js'

/** What is compared of runs. */
export interface RunFigures {
  readonly finalEquity: number
  readonly totalReturn: number
  readonly sharpe: number | null
  readonly maxDrawdown: number
  readonly trades: number
  readonly buyAndHoldReturn: number
}

/** What runs may use up together. */
export interface StressBudget {
  readonly runsMax: number
  /** Candles that all runs replay together. */
  readonly candlesMax: number
  /** Seconds on `now`; null for as long as the runs take. */
  readonly secondsMax: number | null
  /** A clock in milliseconds. Without one there is no limit of time. */
  readonly now: (() => number) | null
  /** Told of the runs made so far, before each of them. */
  readonly onRun: ((runs: number) => void) | null
}

/** Room for every part of a run of 250,000 candles, or for fewer runs of a longer one. */
export const DEFAULT_BUDGET: StressBudget = {
  runsMax: 500,
  candlesMax: 40_000_000,
  secondsMax: 20,
  now: null,
  onRun: null,
}

/** How a run differs from the one that was asked for. */
export type RunChange = Partial<Pick<BacktestInput, 'spec' | 'candles' | 'first' | 'detail'>>

/** A run, and the runs that differ from it in one thing, within a budget. */
export class StressRuns {
  readonly request: RunRequest
  readonly input: BacktestInput
  /** The run as it was asked for. */
  readonly outcome: BacktestOutcome
  readonly own: RunFigures
  /** Runs made beside that. */
  count = 0
  /** Why no further run was made; null while there was room. */
  spent: string | null = null
  private candles = 0
  private readonly budget: StressBudget
  private readonly since: number
  private readonly scratch = new Scratch()
  private readonly known: KnownColumns
  private withoutDetail: RunFigures | null = null

  /** @throws AppError STRATEGY_FAILED where a strategy throws; NO_CANDLES where the range holds none */
  constructor(request: RunRequest, data: RunData, budget: Partial<StressBudget> = {}) {
    this.request = request
    this.budget = { ...DEFAULT_BUDGET, ...budget }
    this.since = this.budget.now?.() ?? 0
    this.input = backtestInput(request, data)
    this.outcome = this.guarded(() => runBacktest(this.input))
    this.own = figuresOf(this.outcome)
    this.known = knownColumns(this.input.spec.legs, this.outcome)
  }

  /** Figures of the run with a change; null where the budget is spent. */
  run(change: RunChange = {}): RunFigures | null {
    if (!this.hasRoom()) return null
    const candles = change.candles ?? this.input.candles
    this.count += 1
    this.candles += candles.length
    const known = candles === this.input.candles ? { known: this.known } : {}
    const input = { ...this.input, ...change, ...known, scratch: this.scratch }
    return this.guarded(() => figuresOf(runBacktest(input)))
  }

  /** Figures of the run on other candles: finer ones do not fit them, and are left out. */
  runOn(candles: Candles): RunFigures | null {
    const { detail: _detail, ...rest } = this.input
    if (!this.hasRoom()) return null
    this.count += 1
    this.candles += candles.length
    return this.guarded(() => figuresOf(runBacktest({ ...rest, candles, scratch: this.scratch })))
  }

  /** What runs on other candles are to be compared with: the run, without finer candles. */
  ownOnCandles(): RunFigures {
    if (this.input.detail === undefined) return this.own
    const { detail: _detail, ...rest } = this.input
    return (this.withoutDetail ??= this.guarded(() => figuresOf(runBacktest(rest))))
  }

  /** The run with other legs or costs. */
  specWith(change: Partial<RunSpec>): RunSpec {
    return { ...this.input.spec, ...change }
  }

  /** How many of `wanted` runs fit where parts together want `planned`; at least `least`. */
  fitting(wanted: number, planned: number, least = 5): number {
    const room = Math.min(
      this.budget.runsMax,
      this.budget.candlesMax / Math.max(1, this.input.candles.length),
    )
    return Math.min(wanted, Math.max(least, Math.floor(wanted * Math.min(1, room / planned))))
  }

  private hasRoom(): boolean {
    const { runsMax, candlesMax, secondsMax, now, onRun } = this.budget
    if (this.spent !== null) return false
    onRun?.(this.count)
    if (this.count >= runsMax) {
      this.spent = `the budget of ${runsMax} runs is spent`
    } else if (this.candles + this.input.candles.length > candlesMax) {
      this.spent = `the budget of ${candlesMax} replayed candles is spent`
    } else if (now !== null && secondsMax !== null && now() - this.since > secondsMax * 1000) {
      this.spent = `the budget of ${secondsMax} s is spent`
    }
    return this.spent === null
  }

  private guarded<T>(run: () => T): T {
    const names = this.request.strategies.map(({ strategy }) => strategy.name).join(', ')
    return guarded(`in stress run ${this.count} strategy ${names}`, run)
  }
}

function figuresOf({ metrics }: BacktestOutcome): RunFigures {
  const { finalEquity, totalReturn, sharpe, maxDrawdown, trades, buyAndHoldReturn } = metrics
  return { finalEquity, totalReturn, sharpe, maxDrawdown, trades, buyAndHoldReturn }
}

/** The indicator columns that the run has computed; they hold for every run on its candles. */
function knownColumns(legs: readonly LegSpec[], outcome: BacktestOutcome): KnownColumns {
  const byKey = new Map<string, Float64Array>()
  for (const [k, leg] of legs.entries()) {
    for (const [name, { key }] of Object.entries(indicatorsOf(leg))) {
      byKey.set(key, outcome.columns[k]![name]!)
    }
  }
  return indicator => byKey.get(indicator.key)
}
