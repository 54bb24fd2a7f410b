import { cutCandles, indexAtOrAfter, type Candles } from '../../../core/candles/candles.js'
import type { KnownColumns } from '../../../core/engine/columns.js'
import type { Costs, LimitFill } from '../../../core/account/costs.js'
import type { Indicator } from '../../../core/indicators/indicator.js'
import type { Kernel } from '../../../core/fast/kernel.js'
import type { ParamSpecs, ParamValue } from '../../../core/strategy/params.js'
import { roiOf, type PositionSize, type RiskSettings } from '../../../core/risk/settings.js'
import type { Scratch } from '../../../core/fast/scratch.js'
import type { Dimension, Point, SearchSpace } from '../../../core/search/search.js'
import { searchSpace } from '../../../core/search/space.js'
import { runBacktest } from '../../run/replay/backtest.js'
import type { BacktestInput, BacktestOutcome } from '../../run/replay/outcome.js'
import { describeRun } from '../../run/record/manifest.js'
import { RunIds } from '../../run/record/run-id.js'
import type { RequestedStrategy, RunData, RunRequest } from '../../run/record/run-request.js'
import { backtestInput, decisionTime, specOf } from '../../run/run.js'
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
  readonly data: RunData
  private readonly cut: Candles
  /** The input of the base run, from which a trial's differs in the spec. */
  private readonly input: BacktestInput
  /** By template: all its values, with a place for those that are swept. */
  private readonly starts: Readonly<Record<string, Values>>
  /** The template where there is one; which dimension goes over them otherwise, else -1. */
  private readonly only: string
  private readonly templateAt: number
  private readonly hasSettings: boolean
  /** The ids of trials, which change a part of the base run's manifest. */
  private readonly ids: RunIds

  /** `base` is the run of the plan's manifest, its strategy loaded. */
  constructor(plan: FieldPlan, base: RunRequest, data: RunData) {
    this.base = base
    this.data = data
    this.space = searchSpace(dimensionsOf(plan, this.strategy.strategy.params as ParamSpecs))
    this.input = backtestInput(base, data)
    const { first, candles } = this.input
    this.cut = cutCandles(candles, first, candles.length)
    const { dimensions } = this.space
    this.templateAt = dimensions.findIndex(({ name }) => name === TEMPLATE)
    this.only = Object.keys(plan.starts)[0]!
    this.starts = startsOf(plan, dimensions)
    this.hasSettings = dimensions.some(({ name }) => isSetting(name))
    const names = Object.keys(this.starts[this.only]!).filter(name => !isSetting(name))
    this.ids = new RunIds(describeRun(base, data, this.cut, base.decideFrom), names)
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

  /** Which of its templates a set has, by index; 0 where there is one only. */
  templateIndex(point: Point): number {
    return this.templateAt < 0 ? 0 : point[this.templateAt]!
  }

  settingsAt(point: Point): TrialSettings {
    const { dimensions } = this.space
    const at = this.templateAt
    const name = at < 0 ? this.only : String(dimensions[at]!.at(point[at]!))
    const params: Record<string, ParamValue> = { ...this.starts[name] }
    for (let d = 0; d < dimensions.length; d++) {
      if (d !== at) params[dimensions[d]!.name] = dimensions[d]!.at(point[d]!)
    }
    return { template: name === '' ? null : name, params }
  }

  /** The indicators that a set declares, by name. */
  indicatorsAt(point: Point): Readonly<Record<string, Indicator>> {
    const { strategy } = this.strategy
    const { params } = this.requestAt(point).strategies[0]!
    return strategy.indicators(params) as Readonly<Record<string, Indicator>>
  }

  /** The single run that a trial is. */
  requestAt(point: Point): RunRequest {
    return this.requestFor(this.settingsAt(point))
  }

  requestFor({ template, params }: TrialSettings): RunRequest {
    const { base, strategy } = this
    if (!this.hasSettings) {
      return { ...base, strategies: [{ ...strategy, template, params }] }
    }
    const risk = riskWith(strategy.risk, params)
    const own = { ...strategy, template, params: withoutSettings(params), risk }
    return { ...base, strategies: [own], costs: costsWith(base.costs, params) }
  }

  /** Runs a trial. Its outcome stands in borrowed memory until the next one. */
  run(
    request: RunRequest,
    { scratch, kernel = null }: Lent,
    known?: KnownColumns,
  ): BacktestOutcome {
    const input = { ...this.input, spec: specOf(request), scratch, kernel }
    return runBacktest(known === undefined ? input : { ...input, known })
  }

  /**
   * The id that the run of a trial has when it is made alone, with `--decide-from`. A run that
   * failed has no outcome, and the id that it would have had where it was to begin.
   */
  runIdOf(request: RunRequest, outcome: BacktestOutcome | null): string {
    const { candles } = this.data.main
    const time = outcome ? decisionTime(candles, outcome.decideFrom) : request.decideFrom
    return this.ids.idOf(request, time)
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

type Values = Readonly<Record<string, ParamValue>>

/** The starts of a plan, with a place for each value that a trial puts into it: all have one form. */
function startsOf({ starts }: FieldPlan, dimensions: readonly Dimension[]): Record<string, Values> {
  const swept: Record<string, ParamValue> = {}
  for (const dimension of dimensions) {
    if (dimension.name !== TEMPLATE) swept[dimension.name] = dimension.at(0)
  }
  const placed: Record<string, Values> = {}
  for (const name of Object.keys(starts)) placed[name] = { ...starts[name], ...swept }
  return placed
}

/** Settings of risk and costs have a prefix; parameters have none. */
function isSetting(name: string): boolean {
  return name.includes('.')
}

function withoutSettings(values: Values): Values {
  const params: Record<string, ParamValue> = {}
  for (const name of Object.keys(values)) if (!isSetting(name)) params[name] = values[name]!
  return params
}

function number(value: ParamValue | undefined, fallback: number): number {
  return value === undefined ? fallback : Number(value)
}

function bps(value: ParamValue | undefined, fallback: number): number {
  return value === undefined ? fallback : Number(value) / 10_000
}

/** The same costs, to the object, where none of them is swept. */
function costsWith(costs: Costs, swept: Values): Costs {
  const fee = bps(swept['cost.fee_bps'], costs.fee)
  const slippage = bps(swept['cost.slippage_bps'], costs.slippage)
  const txCost = number(swept['cost.tx_cost'], costs.txCost)
  // A maker's fee that nobody named is the fee, whatever that is.
  const usual = costs.makerFee === costs.fee ? fee : costs.makerFee
  const makerFee = bps(swept['cost.maker_fee_bps'], usual)
  const share = swept['cost.max_volume_share']
  const maxVolumeShare = share === undefined ? costs.maxVolumeShare : Number(share) || null
  const limitFill = (swept['cost.limit_fill'] as LimitFill | undefined) ?? costs.limitFill
  const own = { ...costs, fee, makerFee, slippage, txCost, limitFill, maxVolumeShare }
  return isSameCosts(own, costs) ? costs : own
}

function isSameCosts(a: Costs, b: Costs): boolean {
  for (const name in a) if (a[name as keyof Costs] !== b[name as keyof Costs]) return false
  return true
}

function riskWith(risk: RiskSettings, swept: Values): RiskSettings {
  const size = swept['risk.position_size']
  return {
    stopLoss: number(swept['risk.stop_loss'], risk.stopLoss),
    takeProfit: number(swept['risk.take_profit'], risk.takeProfit),
    trailingStop: number(swept['risk.trailing_stop'], risk.trailingStop),
    trailingFrom: number(swept['risk.trailing_from'], risk.trailingFrom),
    breakEven: number(swept['risk.break_even'], risk.breakEven),
    roi: swept['risk.roi'] === undefined ? risk.roi : roiOf(String(swept['risk.roi'])),
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
