import type { Exits, Intent } from '../../src/core/strategy/intent.js'

/** What goes in: markets, legs, and the settings of the run. All in the words of the page. */

export interface OracleCandle {
  readonly time: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

export interface OracleMarket {
  readonly symbol: string
  readonly candles: readonly OracleCandle[]
  readonly step: number
  /** 0 is none. */
  readonly tick: number
  readonly minNotional: number
  readonly shortable: boolean
  /** Finer candles of the same market, which decide what happens inside its candles. */
  readonly detail?: OracleDetail
}

export interface OracleDetail {
  readonly timeframeMs: number
  readonly candles: readonly OracleCandle[]
}

/** What a leg knows of itself at a close. */
export interface OracleMoment {
  readonly exposure: number
  readonly entryPrice: number
  readonly candlesHeld: number
}

export interface OracleLeg {
  readonly symbol: string
  readonly strategy: string
  readonly weight: number
  readonly priority: number
  /** Index of the first candle at which `decide` is called. */
  readonly first: number
  readonly decide: (i: number, moment: OracleMoment) => Intent
}

export type PositionSize =
  | { readonly kind: 'quote'; readonly amount: number }
  | { readonly kind: 'share'; readonly share: number }

export interface OracleLimits {
  readonly maxDrawdown: number
  readonly maxDailyLoss: number
  readonly maxExposure: number
  readonly maxOpenPositions: number
  readonly maxTradesPerDay: number
}

export interface OracleSpec {
  readonly capital: number
  readonly timeframeMs: number
  readonly feeRate: number
  readonly makerFeeRate: number
  readonly slippage: number
  readonly txCost: number
  /** `bps(Q) = a + b x Q^g`, added to the slippage of each market fill. */
  readonly impact: { readonly a: number; readonly b: number; readonly g: number } | null
  readonly fill: 'next_open' | 'close'
  readonly keepOpen: boolean
  readonly exits: Exits
  readonly cooldown: number
  readonly positionSize: PositionSize | null
  /** 0 is none. */
  readonly limits: OracleLimits
  readonly limitFill: 'through' | 'touch'
  /** 0 is none. */
  readonly maxVolumeShare: number
}

export const PLAIN_SPEC: OracleSpec = {
  capital: 10_000,
  timeframeMs: 60_000,
  feeRate: 0,
  makerFeeRate: 0,
  slippage: 0,
  txCost: 0,
  impact: null,
  fill: 'next_open',
  keepOpen: false,
  exits: {},
  cooldown: 0,
  positionSize: null,
  limits: {
    maxDrawdown: 0,
    maxDailyLoss: 0,
    maxExposure: 0,
    maxOpenPositions: 0,
    maxTradesPerDay: 0,
  },
  limitFill: 'through',
  maxVolumeShare: 0,
}

/** What comes out. */

export interface OracleFill {
  readonly time: number
  readonly side: 'buy' | 'sell'
  readonly size: number
  readonly price: number
  readonly fee: number
  readonly reason: string
  readonly tag: string | null
}

export interface OracleTrade {
  readonly symbol: string
  readonly strategy: string
  readonly side: 'long' | 'short'
  readonly entryTime: number
  readonly exitTime: number
  readonly entryPrice: number
  readonly exitPrice: number
  readonly size: number
  readonly pnl: number
  readonly fees: number
  readonly return: number
  /** Worst and best unrealised return while open, from L and H. */
  readonly mae: number
  readonly mfe: number
  readonly exitReason: string
  readonly entryTag: string | null
  readonly exitTag: string | null
  readonly parts: number
  readonly fills: readonly OracleFill[]
}

export interface OracleOutcome {
  readonly trades: readonly OracleTrade[]
  readonly times: readonly number[]
  readonly equity: readonly number[]
  readonly events: Readonly<Record<string, number>>
  readonly metrics: Readonly<Record<string, number | null>>
}
