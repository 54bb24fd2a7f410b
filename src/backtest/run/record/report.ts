import type { Candles } from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import type { LegColumns } from '../../../core/engine/spec.js'
import type { OrderFigures } from '../../../core/metrics/order-figures.js'
import type { Metrics } from '../../../core/metrics/metrics.js'
import type { Trade } from '../../../core/account/trade.js'
import type { OrderLine } from '../../../core/trading/orders/order-log.js'
import type { AccountStop } from './account-stop.js'
import type { CandleOrigin } from './candle-origin.js'
import type { OpenPosition } from './open-position.js'
import type { Manifest } from './manifest.js'

/** A finished run with all that its pages and summaries show. */
export interface Report {
  readonly runId: string
  /** Made when first read, so that packing a page can begin before it. */
  readonly resultHash: string
  readonly curveHash: string
  readonly manifest: Manifest
  /** Where its candles come from; null or absent for imported files. */
  readonly origin?: CandleOrigin | null
  readonly metrics: Metrics
  /** When equity came to 0 or below, where it did. */
  readonly ruinedAt?: Millis | null
  /** Why and when nothing was entered any more; null or absent where trading went on to the end. */
  readonly stop?: AccountStop | null
  /** What was held at the end and is not among `trades`; absent for none. */
  readonly openPositions?: readonly OpenPosition[]
  /** Figures of resting orders; null or absent where none has rested. */
  readonly orders?: OrderFigures | null
  /** Where orders rested, by index of `candles`. */
  readonly orderLines?: readonly OrderLine[]
  readonly trades: readonly Trade[]
  /** Sentences a reader must see. */
  readonly warnings: readonly string[]
  /** Candles of the run, warm-up not included. */
  readonly candles: Candles
  /** Equity at the close of each of `candles`. */
  readonly equity: Float64Array
  /** Indicator columns over `candles`, one record a strategy; NaN where there is no value yet. */
  readonly indicators: readonly LegColumns[]
  readonly bounds: Bounds | null
}

/** The run under both stories of what happened inside its candles. */
export interface Bounds {
  readonly pessimistic: { readonly finalEquity: number; readonly totalReturn: number }
  readonly optimistic: { readonly finalEquity: number; readonly totalReturn: number }
}
