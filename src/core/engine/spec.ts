import type { Costs } from '../account/costs.js'
import type { EventSink } from '../account/events.js'
import type { TradeLog } from '../account/trade-log.js'
import type { Candles } from '../candles/candles.js'
import type { RiskLimits } from '../risk/limits.js'
import type { FillMode, LegSpec } from '../trading/desk.js'
import type { OrderLog } from '../trading/orders/order-log.js'
import type { PricePath } from '../trading/fills/protection.js'
import type { Allocation } from './allocation/allocation.js'
import type { EquityCurve } from './curves/equity-curve.js'

/** What holds for an account as a whole, whatever its markets. */
export interface AccountSpec {
  /** Quote currency at the start. */
  readonly capital: number
  /** What trading costs. */
  readonly costs: Costs
  /** When an order that was decided at a close fills. */
  readonly fill: FillMode
  /** Which end of a candle comes first. */
  readonly path: PricePath
  /** Bounds over the whole account. */
  readonly limits: RiskLimits
  /** Keep an open position at the end, marked at the last close instead of closing it. */
  readonly keepOpen: boolean
  /** How weights follow from what has happened; without it those of the legs hold. */
  readonly allocation?: Allocation | null
}

/** Everything that decides what a run on one market computes, apart from the candles. */
export interface RunSpec extends AccountSpec {
  /** In canonical order: by strategy. */
  readonly legs: readonly LegSpec[]
}

/** Indicator columns of one leg, by the name its strategy gave them. */
export type LegColumns = Readonly<Record<string, Float64Array>>

/** One market of an account, and the legs that trade on it. */
export interface EngineMarket {
  /** Its candles, warm-up included. */
  readonly candles: Candles
  /** Finer candles of the same market, from which the order inside a candle is taken. */
  readonly detail: Candles | null
  /** Index of the first candle of the run; those before have warmed the indicators. */
  readonly first: number
  /** Index of the first candle at which strategies are asked. */
  readonly decideFrom: number
  /** What trades on it, in canonical order. */
  readonly legs: readonly LegSpec[]
  /** The indicators of each leg. */
  readonly columns: readonly LegColumns[]
}

/** The parts of a run that belong to a place, not to the result. */
export interface EngineWiring {
  /** Takes each event as it happens. */
  readonly sink?: EventSink | null
  /** Where trades are written, where the room is borrowed. */
  readonly trades?: TradeLog
  /** Room for the equity curve, where it is borrowed. */
  readonly curve?: EquityCurve
  /** Where resting orders are written down; it grows with every order. */
  readonly orderLog?: OrderLog
  /** Whether each leg's own gains are followed at every time. */
  readonly followsLegs?: boolean
  /** Orders leave for a venue instead of being filled from candles; their ids begin with this name. */
  readonly venueRun?: string
}
