import type { Candles } from '../../../core/candles/candles.js'
import { snakeKeys } from '../../../core/canonical.js'
import {
  IMPACT_PRESETS,
  impactText,
  type Costs,
  type LimitFill,
} from '../../../core/account/costs.js'
import type { ParamValue } from '../../../core/strategy/params.js'
import { roiText, type PositionSize, type RiskSettings } from '../../../core/risk/settings.js'
import { formatTime, timeframeName, type Millis } from '../../../core/candles/time.js'
import { ENGINE_VERSION, EXECUTION_MODEL } from '../../../core/version.js'
import type { TimeLabel } from '../../signals/signals.js'
import type {
  HashedReference,
  RequestedSignals,
  RequestedStrategy,
  RunData,
  RunRequest,
} from './run-request.js'

/** Everything needed to run a run again, as it is stored and printed. Keys are snake_case. */
export interface Manifest {
  readonly schema_version: 1
  readonly engine_version: string
  /** Version of the rules that a run is computed by; docs/execution.md. Absent before the second. */
  readonly execution_model: number
  readonly node_version: string
  readonly symbol: string
  readonly timeframe: string
  readonly data: {
    /** SHA-256 over the columns of all candles that the run read, warm-up included. */
    readonly hash: string
    readonly candles: number
    /** ISO 8601; open times of the first and last candle read. */
    readonly first: string
    readonly last: string
    /** Name of the source that they were fetched from; absent for imported files. */
    readonly source?: string
  }
  /** Open time of the first and the last candle of the run itself. */
  readonly from: string
  readonly to: string
  /** Candles of the run, warm-up not counted. */
  readonly candles: number
  /** Open time of the candle at whose close strategies were first asked; null for never. */
  readonly decide_from: string | null
  readonly detail: { readonly timeframe: string; readonly hash: string } | null
  /** Candles that indicators read besides those of the market; absent where there are none. */
  readonly references?: readonly ManifestReference[]
  readonly strategies: readonly ManifestStrategy[]
  /** The file of decisions that the run was made of; null where strategies decided. */
  readonly signals: ManifestSignals | null
  readonly market: {
    readonly step: number
    readonly tick: number
    readonly min_notional: number
    readonly shortable: boolean
  }
  readonly capital: number
  readonly costs: ManifestCosts
  readonly fill: 'next_open' | 'close'
  readonly path: 'pessimistic' | 'optimistic'
  readonly keep_open: boolean
  readonly risk_limits: Readonly<Record<string, number | null>>
  /** Runs draw nothing at random; the seed is here so that it never has to be guessed. */
  readonly seed: number
}

export interface ManifestSignals {
  /** Path as it was given. */
  readonly file: string
  /** SHA-256 of the file's bytes. */
  readonly hash: string
  /** Whether times name the close of a candle, or its open. */
  readonly time_label: TimeLabel
}

/** Another market that indicators read. */
export interface ManifestReference {
  readonly symbol: string
  readonly timeframe: string
  /** SHA-256 over the columns of all its candles that the run read. */
  readonly hash: string
  readonly candles: number
  /** Open time of the first of them. */
  readonly first: string
  /** Name of the source that they were fetched from; absent for imported files. */
  readonly source?: string
}

export interface ManifestStrategy {
  readonly name: string
  /** Path of a user's own file; null for a strategy that ships with Assay. */
  readonly file: string | null
  /** SHA-256 of the strategy's source as it ran. */
  readonly source_hash: string
  readonly template: string | null
  readonly params: Readonly<Record<string, ParamValue>>
  readonly risk_settings: {
    readonly position_size: number | string | null
    readonly stop_loss: number
    readonly take_profit: number
    readonly trailing_stop: number
    readonly trailing_from: number
    readonly break_even: number
    /** Take-profit distances by closes held, as `0:0.1,12:0.05`; null for none. */
    readonly roi: string | null
    readonly time_stop: number
    readonly cooldown: number
  }
  readonly weight: number
  /** Rank among entries of one instant; higher first. */
  readonly priority: number
}

export interface ManifestCosts {
  readonly fee_bps: number
  readonly maker_fee_bps: number
  readonly slippage_bps: number
  readonly tx_cost: number
  /** Name of the preset. */
  readonly impact: string
  /** The curve of a preset that was fitted to recorded quotes; absent for those of Assay. */
  readonly impact_curve?: string
  readonly limit_fill: LimitFill
  readonly max_volume_share: number | null
}

/** The manifest of a run. `candles` are those of the run itself, without the warm-up. */
export function describeRun(
  request: RunRequest,
  { main, detail, references }: RunData,
  candles: Candles,
  decideFrom: Millis | null,
): Manifest {
  const open = (list: Candles, index: number): string => formatTime(list.time[index]!)
  return {
    schema_version: 1,
    engine_version: ENGINE_VERSION,
    execution_model: EXECUTION_MODEL,
    node_version: process.versions.node,
    symbol: request.symbol,
    timeframe: request.timeframe,
    data: {
      hash: main.hash,
      candles: main.candles.length,
      first: open(main.candles, 0),
      last: open(main.candles, main.candles.length - 1),
      ...(main.source !== undefined && { source: main.source }),
    },
    from: open(candles, 0),
    to: open(candles, candles.length - 1),
    candles: candles.length,
    decide_from: decideFrom === null ? null : formatTime(decideFrom),
    strategies: describeStrategies(request),
    signals: describeSignals(request.signals),
    costs: describeCosts(request.costs, request.impact),
    detail: detail && { timeframe: request.detail!, hash: detail.hash },
    ...(references && { references: references.map(describeReference) }),
    market: {
      step: request.market.step,
      tick: request.market.tick,
      min_notional: request.market.minNotional,
      shortable: request.market.shortable,
    },
    capital: request.capital,
    fill: request.fill,
    path: 'pessimistic',
    keep_open: request.keepOpen,
    risk_limits: snakeKeys(request.limits) as Manifest['risk_limits'],
    seed: 0,
  }
}

function describeSignals(signals: RequestedSignals | null = null): ManifestSignals | null {
  if (signals === null) return null
  const { file, hash, timeLabel } = signals
  return { file, hash, time_label: timeLabel }
}

function describeReference({ symbol, candles, hash, source }: HashedReference): ManifestReference {
  return {
    symbol,
    timeframe: timeframeName(candles.timeframeMs),
    hash,
    candles: candles.length,
    first: formatTime(candles.time[0]!),
    ...(source !== undefined && { source }),
  }
}

export function describeCosts(costs: Costs, impact: string): ManifestCosts {
  return {
    fee_bps: basisPoints(costs.fee),
    maker_fee_bps: basisPoints(costs.makerFee),
    slippage_bps: basisPoints(costs.slippage),
    tx_cost: costs.txCost,
    impact,
    ...(!Object.hasOwn(IMPACT_PRESETS, impact) &&
      costs.impact !== null && { impact_curve: impactText(costs.impact) }),
    limit_fill: costs.limitFill,
    max_volume_share: costs.maxVolumeShare,
  }
}

/**
 * A fraction in basis points, without the dust of binary fractions: with as few digits as give the
 * same fraction again, so that the run can be made again from it.
 */
function basisPoints(fraction: number): number {
  for (let digits = 12; digits < 17; digits++) {
    const rounded = Number((fraction * 10_000).toPrecision(digits))
    if (rounded / 10_000 === fraction) return rounded
  }
  return fraction * 10_000
}

function describeStrategy(requested: RequestedStrategy): ManifestStrategy {
  return {
    name: requested.strategy.name,
    file: requested.file,
    source_hash: requested.sourceHash,
    template: requested.template,
    params: requested.params,
    risk_settings: describeRisk(requested.risk),
    weight: requested.weight,
    priority: requested.priority,
  }
}

/** Strategies of a request as a manifest has them. */
export function describeStrategies({
  strategies,
}: Pick<RunRequest, 'strategies'>): readonly ManifestStrategy[] {
  return strategies.map(describeStrategy)
}

export function describeRisk(risk: RiskSettings): ManifestStrategy['risk_settings'] {
  return {
    position_size: positionSizeText(risk.positionSize),
    stop_loss: risk.stopLoss,
    take_profit: risk.takeProfit,
    trailing_stop: risk.trailingStop,
    trailing_from: risk.trailingFrom,
    break_even: risk.breakEven,
    roi: roiText(risk.roi),
    time_stop: risk.timeStop,
    cooldown: risk.cooldown,
  }
}

/** `100` for an amount of quote currency, `"25%"` for a share of equity. */
function positionSizeText(size: PositionSize | null): number | string | null {
  if (size === null) return null
  return size.kind === 'quote' ? size.amount : `${Number((size.share * 100).toPrecision(12))}%`
}
