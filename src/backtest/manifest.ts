import type { ParamValue } from '../core/params.js'

/** Everything needed to run a run again, as it is stored and printed. Keys are snake_case. */
export interface Manifest {
  readonly schema_version: 1
  readonly engine_version: string
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
  }
  /** Open time of the first and the last candle of the run itself. */
  readonly from: string
  readonly to: string
  /** Candles of the run, warm-up not counted. */
  readonly candles: number
  /** Open time of the candle at whose close strategies were first asked; null for never. */
  readonly decide_from: string | null
  readonly detail: { readonly timeframe: string; readonly hash: string } | null
  readonly strategies: readonly ManifestStrategy[]
  readonly market: { readonly step: number; readonly min_notional: number; readonly shortable: boolean }
  readonly capital: number
  readonly costs: ManifestCosts
  readonly fill: 'next_open' | 'close'
  readonly path: 'pessimistic' | 'optimistic'
  readonly keep_open: boolean
  readonly risk_limits: Readonly<Record<string, number | null>>
  /** Runs draw nothing at random; the seed is here so that it never has to be guessed. */
  readonly seed: number
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
    readonly time_stop: number
    readonly cooldown: number
  }
  readonly weight: number
}

export interface ManifestCosts {
  readonly fee_bps: number
  readonly slippage_bps: number
  readonly tx_cost: number
  /** Name of the preset. */
  readonly impact: string
}
