import type { Fill } from '../account/fill.js'
import type { Lot } from '../account/market.js'
import type { Position } from '../account/position.js'
import type { Cursor } from '../strategy/moment.js'
import type { Bookings } from './bookings.js'
import type { Desk, LegSpec } from './desk.js'
import type { LegCounts } from './leg-counts.js'
import type { MarketFeed } from './fills/market-feed.js'
import type { Protection } from './fills/protection.js'

/** A leg as its parts see it: what it holds, and how it books a fill. */
export interface Trader {
  /** What the leg is. */
  readonly spec: LegSpec
  /** What it trades on. */
  readonly market: MarketFeed
  /** The account. */
  readonly desk: Desk
  /** What it holds. */
  readonly position: Position
  /** The levels at which that is left. */
  readonly protection: Protection
  /** Where its fills are booked. */
  readonly bookings: Bookings
  /** What has happened to its orders. */
  readonly counts: LegCounts
  /** The candle that it stands at. */
  readonly cursor: Cursor
  /** The fill that is on its way to the books. */
  readonly ticket: Fill
  /** Whether it alone enters nothing, whatever the account may. */
  readonly isPaused: boolean
  /** Step of its quantities. */
  readonly lot: Lot
  /** The last target that was filled; 0 after a full exit, NaN after a fill of a resting order. */
  target: number
  /** Closes held before the close of candle `i`: 0 in the candle of the entry. */
  closesBefore(i: number): number
  /** Equity of the account at the last prices shown, quote currency. */
  equityNow(): number
  /** Books the ticket as an exit. */
  exit(): void
  /** Fills a market order that takes a size off what is held, at the ticket's reference. */
  reduceAtMarket(size: number, reason: number, tag: string | null): void
  /** Fills an exit of everything at the ticket's reference itself, without slippage. */
  exitAtPrice(reason: number): void
}
