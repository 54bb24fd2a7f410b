import { cutCandles, indexAtOrAfter, type Candles } from '../../core/candles.js'
import type { KnownColumns } from '../../core/columns.js'
import type { Costs } from '../../core/costs.js'
import type { Indicator } from '../../core/indicators/indicator.js'
import type { Kernel } from '../../core/kernel.js'
import type { ParamSpecs, ParamValue } from '../../core/params.js'
import type { PositionSize, RiskSettings } from '../../core/risk-settings.js'
import type { Scratch } from '../../core/scratch.js'
import type { Point, SearchSpace } from '../../core/search/search.js'
import { searchSpace } from '../../core/search/space.js'
import { runBacktest, type BacktestOutcome } from '../backtest.js'
import { describeRun, describeVaried } from '../manifest.js'
import { RunIds } from '../run-id.js'
import type { RequestedStrategy, RunData, RunRequest } from '../run-request.js'
import { backtestInput, decisionTime } from '../run.js'
import { dimensionsOf, TEMPLATE, type FieldPlan } from './sweep-plan.js'

/** A trial's own values. */
export interface TrialSettings {
  readonly template: string | null
  /** All parameters, and what is swept of risk and costs under its prefixed name. */
  readonly params: Readonly<Record<string, ParamValue>>
}

/** What trials borrow one after another. */
export interface Lent {
  readonly scratch: Scratch
  readonly kernel?: Kernel | null
}

/** One field of a sweep, ready to run: what is fixed, what varies, and the candles. */
export class Field {
  readonly space: SearchSpace
  readonly base: RunRequest
  private readonly plan: FieldPlan
  private readonly data: RunData
  private readonly cut: Candles
  /** The ids of trials, which change a part of the base run's manifest. */
  private readonly ids: RunIds

  /** `base` is the run of the plan's manifest, its strategy loaded. */
  constructor(plan: FieldPlan, base: RunRequest, data: RunData) {
    this.plan = plan
    this.base = base
    this.data = data
    this.space = searchSpace(dimensionsOf(plan, this.strategy.strategy.params as ParamSpecs))
    const { first, candles } = backtestInput(base, data)
    this.cut = cutCandles(candles, first, candles.length)
    this.ids = new RunIds(describeRun(base, data, this.cut, base.decideFrom))
  }

  get strategy(): RequestedStrategy {
    return this.base.strategies[0]!
  }

  /** Candles that one trial goes over, warm-up not counted. */
  get candles(): Candles {
    return this.cut
  }

  get dataHash(): string {
    return this.data.main.hash
  }

  settingsAt(point: Point): TrialSettings {
    const swept = this.valuesAt(point)
    const { [TEMPLATE]: template, ...values } = swept
    const [only] = Object.keys(this.plan.starts)
    const name = String(template ?? only)
    const params = { ...this.plan.starts[name]!, ...values }
    return { template: name === '' ? null : name, params }
  }

  /** The indicators that a set declares. */
  indicatorsAt(point: Point): readonly Indicator[] {
    const { strategy } = this.strategy
    const { params } = this.requestAt(point).strategies[0]!
    return Object.values(strategy.indicators(params) as Readonly<Record<string, Indicator>>)
  }

  /** The swept values at a point, by name. */
  valuesAt(point: Point): Record<string, ParamValue> {
    const values: Record<string, ParamValue> = {}
    const { dimensions } = this.space
    for (let d = 0; d < dimensions.length; d++) {
      values[dimensions[d]!.name] = dimensions[d]!.at(point[d]!)
    }
    return values
  }

  /** The single run that a trial is. */
  requestAt(point: Point): RunRequest {
    return this.requestFor(this.settingsAt(point))
  }

  requestFor({ template, params }: TrialSettings): RunRequest {
    const { base, strategy } = this
    const own: Record<string, ParamValue> = {}
    const settings: Record<string, ParamValue> = {}
    for (const name of Object.keys(params)) {
      ;(name.includes('.') ? settings : own)[name] = params[name]!
    }
    return {
      ...base,
      strategies: [{ ...strategy, template, params: own, risk: riskWith(strategy.risk, settings) }],
      costs: costsWith(base.costs, settings),
    }
  }

  /** Runs a trial. Its outcome stands in borrowed memory until the next one. */
  run(request: RunRequest, lent: Lent, known?: KnownColumns): BacktestOutcome {
    const input = backtestInput(request, this.data)
    return runBacktest({ ...input, ...lent, ...(known && { known }) })
  }

  /**
   * The id that the run of a trial has when it is made alone, with `--decide-from`. A run that
   * failed has no outcome, and the id that it would have had where it was to begin.
   */
  runIdOf(request: RunRequest, outcome: BacktestOutcome | null): string {
    const { candles } = this.data.main
    const time = outcome ? decisionTime(candles, outcome.decideFrom) : request.decideFrom
    return this.ids.idOf(describeVaried(request, time))
  }

  /** Index of the first candle at which a strategy may be asked anyway. */
  firstIndex(): number {
    const { from, decideFrom } = this.base
    const { candles } = this.data.main
    return Math.max(
      from === null ? 0 : indexAtOrAfter(candles, from),
      decideFrom === null ? 0 : indexAtOrAfter(candles, decideFrom),
    )
  }

  /** All candles, those before the run included, which warm the indicators. */
  get history(): Candles {
    return this.data.main.candles
  }
}

function number(value: ParamValue | undefined, fallback: number): number {
  return value === undefined ? fallback : Number(value)
}

function bps(value: ParamValue | undefined, fallback: number): number {
  return value === undefined ? fallback : Number(value) / 10_000
}

type Swept = Readonly<Record<string, ParamValue>>

/** The same costs, to the object, where none of them is swept. */
function costsWith(costs: Costs, swept: Swept): Costs {
  const fee = bps(swept['cost.fee_bps'], costs.fee)
  const slippage = bps(swept['cost.slippage_bps'], costs.slippage)
  const txCost = number(swept['cost.tx_cost'], costs.txCost)
  const isSame = fee === costs.fee && slippage === costs.slippage && txCost === costs.txCost
  return isSame ? costs : { ...costs, fee, slippage, txCost }
}

function riskWith(risk: RiskSettings, swept: Swept): RiskSettings {
  const size = swept['risk.position_size']
  return {
    stopLoss: number(swept['risk.stop_loss'], risk.stopLoss),
    takeProfit: number(swept['risk.take_profit'], risk.takeProfit),
    trailingStop: number(swept['risk.trailing_stop'], risk.trailingStop),
    timeStop: number(swept['risk.time_stop'], risk.timeStop),
    cooldown: number(swept['risk.cooldown'], risk.cooldown),
    positionSize: size === undefined ? risk.positionSize : sizeOf(size),
  }
}

/** `25%` is a share of equity, a number an amount, 0 none. */
function sizeOf(value: ParamValue): PositionSize | null {
  const text = String(value)
  if (text.endsWith('%')) return { kind: 'share', share: Number(text.slice(0, -1)) / 100 }
  return Number(text) === 0 ? null : { kind: 'quote', amount: Number(text) }
}
