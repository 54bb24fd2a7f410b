import type { Fetched } from '../../../core/ports/market/coverage.js'
import type { Candles } from '../../../core/candles/candles.js'
import type { Costs } from '../../../core/account/costs.js'
import type { FillMode } from '../../../core/trading/desk.js'
import type { Market } from '../../../core/account/market.js'
import type { ParamValue } from '../../../core/strategy/params.js'
import type { RiskLimits } from '../../../core/risk/limits.js'
import type { RiskSettings } from '../../../core/risk/settings.js'
import type { AnyStrategy } from '../../../core/strategy/strategy.js'
import type { Millis } from '../../../core/candles/time.js'
import type { TimeLabel } from '../../signals/signals.js'

/** A strategy with everything decided, ready to run. */
export interface RequestedStrategy {
  readonly strategy: AnyStrategy
  readonly file: string | null
  readonly sourceHash: string
  readonly template: string | null
  readonly params: Readonly<Record<string, ParamValue>>
  readonly risk: RiskSettings
  readonly weight: number
  /** Rank among entries of one instant; higher first. */
  readonly priority: number
}

/** The file of decisions that a run is made of. */
export interface RequestedSignals {
  /** Its path as it was given. */
  readonly file: string
  /** SHA-256 of its bytes. */
  readonly hash: string
  readonly timeLabel: TimeLabel
}

/** A run as asked for: from flags and configuration, or from a stored manifest. */
export interface RunRequest {
  readonly symbol: string
  /** The source of its candles, where a stored manifest names one. */
  readonly source?: string
  readonly timeframe: string
  readonly strategies: readonly RequestedStrategy[]
  readonly market: Market
  readonly capital: number
  readonly costs: Costs
  /** Name of the preset that `costs.impact` came from. */
  readonly impact: string
  readonly fill: FillMode
  readonly limits: RiskLimits
  readonly keepOpen: boolean
  /** First open time of the run (inclusive) and its end (exclusive). */
  readonly from: Millis | null
  readonly to: Millis | null
  /** Oldest candle that may warm the indicators; null for all that are stored. */
  readonly warmFrom: Millis | null
  readonly decideFrom: Millis | null
  readonly detail: string | null
  /** Null or absent where strategies decide. */
  readonly signals?: RequestedSignals | null
  /** Oldest candle of each market that indicators read, where a stored manifest names them. */
  readonly references?: readonly {
    readonly key: string
    readonly since: Millis
    readonly source?: string
  }[]
}

/** Candles of the request's market, with the hash of exactly these columns. */
export interface HashedCandles {
  readonly candles: Candles
  readonly hash: string
  /** The source that they were fetched from; absent for imported files. */
  readonly source?: string
  /** The newest fetch of them; absent for imported files. */
  readonly fetched?: Fetched
}

/** Candles that the indicators of a run read besides those of its market. */
export interface HashedReference extends HashedCandles {
  readonly symbol: string
}

export interface RunData {
  /** From the first stored candle, so that indicators are warm, up to the end of the run. */
  readonly main: HashedCandles
  readonly detail: HashedCandles | null
  /** As they stand beside the candles of `main`; absent where no indicator reads any. */
  readonly references?: readonly HashedReference[]
}

/** A request with the source of the candles that it read. */
export function sourcedRequest(request: RunRequest, { main }: RunData): RunRequest {
  return main.source === undefined ? request : { ...request, source: main.source }
}
