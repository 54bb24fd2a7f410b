import type { Account } from '../account/account.js'
import type { Candles } from '../candles/candles.js'
import type { Costs } from '../account/costs.js'
import type { Desk, FillMode } from '../trading/desk.js'
import type { DetailCandles } from '../candles/detail.js'
import type { EventSink } from '../account/events.js'
import type { Leg } from '../trading/leg.js'
import type { PricePath } from '../trading/protection.js'
import type { RiskGuard } from '../risk/guard.js'
import type { TradeLog } from '../account/trade.js'
import type { Millis } from '../candles/time.js'

/** A leg of a portfolio and the market that it trades on. */
export interface Place {
  readonly leg: Leg
  readonly market: MarketDesk
}

/** What all markets of a portfolio share. */
export interface Shared {
  readonly account: Account
  readonly guard: RiskGuard
  readonly trades: TradeLog
  readonly costs: Costs
  readonly fill: FillMode
  readonly path: PricePath
  readonly sink: EventSink | null
  /** Every leg of the account, in canonical order. */
  readonly places: readonly Place[]
}

/**
 * One market of a portfolio: its candles, how far they have come, and the account as the legs of
 * this market see it. Positions elsewhere are worth the last price that their own market has shown.
 */
export class MarketDesk implements Desk {
  readonly candles: Candles
  readonly account: Account
  readonly guard: RiskGuard
  readonly trades: TradeLog
  readonly costs: Costs
  readonly fill: FillMode
  readonly path: PricePath
  readonly detail: DetailCandles | null
  readonly sink: EventSink | null
  /** Index of the last candle that was taken. */
  at: number
  /** Whether a candle opens at the time that the portfolio stands at. */
  isOpen = false
  /** The last price shown: the open of a candle while orders fill, its close from then on. */
  price = 0
  private readonly places: readonly Place[]

  /** @param first index of the first candle of the run; those before have only warmed indicators */
  constructor(candles: Candles, detail: DetailCandles | null, first: number, shared: Shared) {
    this.candles = candles
    this.detail = detail
    this.at = first - 1
    this.account = shared.account
    this.guard = shared.guard
    this.trades = shared.trades
    this.costs = shared.costs
    this.fill = shared.fill
    this.path = shared.path
    this.sink = shared.sink
    this.places = shared.places
  }

  /** Goes to `time`: the market takes part where a candle of its own opens then. */
  moveTo(time: Millis): void {
    const next = this.at + 1
    this.isOpen = next < this.candles.length && this.candles.time[next]! === time
    if (!this.isOpen) return
    this.at = next
    this.price = this.candles.open[next]!
  }

  /** The candle it takes part with has closed. */
  close(): void {
    if (this.isOpen) this.price = this.candles.close[this.at]!
  }

  othersValue(index: number, price: number): number {
    const { places } = this
    let value = 0
    for (let k = 0; k < places.length; k++) {
      const { leg, market } = places[k]!
      if (k !== index) value += leg.position.quantity * (market === this ? price : market.price)
    }
    return value
  }

  othersExposed(index: number, price: number): number {
    const { places } = this
    let value = 0
    for (let k = 0; k < places.length; k++) {
      const { leg, market } = places[k]!
      if (k === index) continue
      value += Math.abs(leg.position.quantity * (market === this ? price : market.price))
    }
    return value
  }

  openPositions(): number {
    const { places } = this
    let count = 0
    for (let k = 0; k < places.length; k++) if (places[k]!.leg.position.quantity !== 0) count += 1
    return count
  }
}
