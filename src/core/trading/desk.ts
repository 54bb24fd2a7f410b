import type { Account } from '../account/account.js'
import type { Candles } from '../candles/candles.js'
import type { Costs } from '../account/costs.js'
import type { DetailCandles } from '../candles/detail.js'
import type { EventSink } from '../account/events.js'
import type { Market } from '../account/market.js'
import type { PricePath } from './protection.js'
import type { RiskGuard } from '../risk/guard.js'
import type { RiskSettings } from '../risk/settings.js'
import type { ParamValue } from '../strategy/params.js'
import type { AnyStrategy } from '../strategy/strategy.js'
import type { TradeLog } from '../account/trade.js'

/** When an order that was decided at a close fills: at the next open, or at that close. */
export type FillMode = 'next_open' | 'close'

/** One strategy on one market within an account. */
export interface LegSpec {
  readonly strategy: AnyStrategy
  readonly params: Readonly<Record<string, ParamValue>>
  readonly market: Market
  readonly risk: RiskSettings
  /** Share of the account's equity that exposure 1 means. */
  readonly weight: number
}

/** What all legs of a run share. */
export interface Desk {
  readonly candles: Candles
  readonly account: Account
  readonly guard: RiskGuard
  readonly trades: TradeLog
  readonly costs: Costs
  readonly fill: FillMode
  readonly path: PricePath
  readonly detail: DetailCandles | null
  readonly sink: EventSink | null
  /** Worth of the positions of all legs but `index`, at `price`. */
  othersValue(index: number, price: number): number
  /** Absolute worth of the positions of all legs but `index`, at `price`. */
  othersExposed(index: number, price: number): number
  openPositions(): number
}
