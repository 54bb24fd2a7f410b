import type { Account } from '../account/account.js'
import type { Costs } from '../account/costs.js'
import type { EventSink } from '../account/events.js'
import type { Market } from '../account/market.js'
import type { Position } from '../account/position.js'
import type { TradeLog } from '../account/trade-log.js'
import type { RiskGuard } from '../risk/guard.js'
import type { RiskSettings } from '../risk/settings.js'
import type { ParamValue } from '../strategy/params.js'
import type { AnyStrategy } from '../strategy/strategy.js'
import type { OrderLog } from './orders/order-log.js'
import type { MarketFeed } from './fills/market-feed.js'
import type { PricePath } from './fills/protection.js'

/** When an order that was decided at a close fills: at the next open, or at that close. */
export type FillMode = 'next_open' | 'close'

/** One strategy on one market within an account. */
export interface LegSpec {
  /** What decides. */
  readonly strategy: AnyStrategy
  /** Its parameters, all of them. */
  readonly params: Readonly<Record<string, ParamValue>>
  /** What it trades. */
  readonly market: Market
  /** Exits, size and cooldown that the user set. */
  readonly risk: RiskSettings
  /** Share of the account's equity that exposure 1 means. */
  readonly weight: number
  /** Rank among entries of one instant where the intent names none; higher first. */
  readonly priority: number
}

/** What the account knows of a leg: what it holds, where, and what its resting orders keep back. */
export interface Holding {
  /** What it holds. */
  readonly position: Position
  /** Where, and at which price. */
  readonly market: MarketFeed
  /** Quote currency that its resting buys reserve. */
  reservedCash(): number
  /** Quote currency that its entries under way at a venue may still take. */
  readonly entering: number
}

/** What all legs of an account share. */
export interface DeskParts {
  /** The cash that all trade from. */
  readonly account: Account
  /** The limits that all are under. */
  readonly guard: RiskGuard
  /** Where closed trades are written. */
  readonly trades: TradeLog
  /** What trading costs. */
  readonly costs: Costs
  /** When an order that was decided at a close fills. */
  readonly fill: FillMode
  /** Which end of a candle comes first. */
  readonly path: PricePath
  /** Takes each event as it happens; null for nobody. */
  readonly sink: EventSink | null
  /** Whether a venue fills the orders, instead of the engine from candles. */
  readonly hasVenue: boolean
  /** Where resting orders are written down; null for nowhere. */
  readonly orderLog: OrderLog | null
}

/** The account as its legs see it: what is held over all markets, and what is free. */
export class Desk {
  readonly account: Account
  readonly guard: RiskGuard
  readonly trades: TradeLog
  readonly costs: Costs
  readonly fill: FillMode
  readonly path: PricePath
  readonly sink: EventSink | null
  readonly hasVenue: boolean
  /** Where resting orders are written down, where that is asked for. */
  readonly orderLog: OrderLog | null
  readonly holdings: readonly Holding[]

  constructor(parts: DeskParts, holdings: readonly Holding[]) {
    this.account = parts.account
    this.guard = parts.guard
    this.trades = parts.trades
    this.costs = parts.costs
    this.fill = parts.fill
    this.path = parts.path
    this.sink = parts.sink
    this.hasVenue = parts.hasVenue
    this.orderLog = parts.orderLog
    this.holdings = holdings
  }

  /** Cash and positions at the last prices shown. */
  equity(): number {
    return this.equityAt(null, 0)
  }

  /** Cash and positions: those on `market` at `price`, others at the last price of theirs. */
  equityAt(market: MarketFeed | null, price: number): number {
    const { holdings } = this
    let equity = this.account.cash
    for (let k = 0; k < holdings.length; k++) {
      const { position, market: other } = holdings[k]!
      if (position.quantity !== 0) {
        equity += position.quantity * (other === market ? price : other.price)
      }
    }
    return equity
  }

  /** Absolute value of all positions at the last prices shown. */
  gross(): number {
    return this.grossAt(null, 0)
  }

  /** Absolute value of all positions, priced as in `equityAt`. */
  grossAt(market: MarketFeed | null, price: number): number {
    const { holdings } = this
    let gross = 0
    for (let k = 0; k < holdings.length; k++) {
      const { position, market: other } = holdings[k]!
      gross += Math.abs(position.quantity * (other === market ? price : other.price))
    }
    return gross
  }

  /** What entries under way at a venue may still add to the positions, quote currency. */
  entering(): number {
    const { holdings } = this
    let sum = 0
    for (let k = 0; k < holdings.length; k++) sum += holdings[k]!.entering
    return sum
  }

  /** As `freeCashAt`, at the last prices shown. */
  freeCash(): number {
    return this.freeCashAt(null, 0)
  }

  /** Cash that entries may take: what covers shorts twice, and what resting buys reserve, is not free. */
  freeCashAt(market: MarketFeed | null, price: number): number {
    const { holdings } = this
    let free = this.account.cash
    for (let k = 0; k < holdings.length; k++) {
      const holding = holdings[k]!
      const { quantity } = holding.position
      if (quantity < 0) {
        free += 2 * quantity * (holding.market === market ? price : holding.market.price)
      }
      free -= holding.reservedCash()
    }
    return free
  }

  /** Positions that are open, and those that a venue is about to open. */
  openPositions(): number {
    const { holdings } = this
    let count = 0
    for (let k = 0; k < holdings.length; k++) {
      const { position, entering } = holdings[k]!
      if (position.quantity !== 0 || entering > 0) count += 1
    }
    return count
  }

  /** Whether any leg is short, so that equity may reach 0 within a candle. */
  hasShort(): boolean {
    const { holdings } = this
    for (let k = 0; k < holdings.length; k++) if (holdings[k]!.position.quantity < 0) return true
    return false
  }
}
