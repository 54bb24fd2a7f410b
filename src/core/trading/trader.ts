import type { Fill } from '../account/fill.js'
import type { Lot } from '../account/market.js'
import type { Position } from '../account/position.js'
import type { Cursor } from '../strategy/moment.js'
import type { Bookings } from './bookings.js'
import type { Desk, LegSpec } from './desk.js'
import type { LegCounts } from './leg-counts.js'
import type { MarketFeed } from './market-feed.js'
import type { Protection } from './protection.js'

/** A leg as its parts see it: what it holds, and how it books a fill. */
export interface Trader {
  readonly spec: LegSpec
  readonly market: MarketFeed
  readonly desk: Desk
  readonly position: Position
  readonly protection: Protection
  readonly bookings: Bookings
  readonly counts: LegCounts
  readonly cursor: Cursor
  readonly ticket: Fill
  readonly lot: Lot
  /** The last target that was filled; 0 after a full exit, NaN after a fill of a resting order. */
  target: number
  /** Closes held before the close of candle `i`: 0 in the candle of the entry. */
  closesBefore(i: number): number
  equityNow(): number
  /** Books the ticket as an exit. */
  exit(): void
  /** Fills a market order that takes a size off what is held, at the ticket's reference. */
  reduceAtMarket(size: number, reason: number, tag: string | null): void
  /** Fills an exit of everything at the ticket's reference itself, without slippage. */
  exitAtPrice(reason: number): void
}
