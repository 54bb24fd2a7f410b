import type { Position } from '../../account/position.js'
import type { MarketFeed } from './market-feed.js'
import type { Protection } from './protection.js'

/** What of a leg its levels are looked at by. */
export interface Watched {
  /** What it holds. */
  readonly position: Position
  /** The levels at which that is left. */
  readonly protection: Protection
  /** What it trades on. */
  readonly market: MarketFeed
  /** Whether an order of it is under way. */
  readonly isWaiting: boolean
  /** Closes held before the close of candle `i`. */
  closesBefore(i: number): number
}

/**
 * Shows the closed candle at index `i` to the levels of what a leg holds.
 * @returns index into EXIT_REASONS of the level by which it is to be left now; null for none
 */
export function reasonAtClose(leg: Watched, i: number): number | null {
  const { position, protection } = leg
  const { candles } = leg.market
  const close = candles.close[i]!
  if (position.quantity === 0) return null
  protection.enterCandle(leg.closesBefore(i))
  position.follow(candles, i)
  const mayLeave = position.entryIndex !== i && !leg.isWaiting
  const reason = mayLeave ? protection.reasonAt(close) : null
  if (reason !== null || !position.raisePeak(candles, i)) return reason
  protection.settle()
  // A stop that the candle has raised beyond its own close is passed at the next open: now.
  return mayLeave ? protection.reasonAt(close) : null
}

/** The same by the last close there is, where it came after the entry: while an order was under way nobody looked. */
export function reasonSinceClose({
  position,
  protection,
  market,
  isWaiting,
}: Watched): number | null {
  const { candles, at } = market
  if (position.quantity === 0 || isWaiting || at < 0) return null
  return candles.time[at]! >= position.entryTime ? protection.reasonAt(candles.close[at]!) : null
}
