import type { Engine } from '../../core/engine/engine.js'
import type { HeldPosition, OpenOrder, SessionStatus } from '../../core/ports/trading/sessions.js'
import type { Leg } from '../../core/trading/leg.js'
import { NO_LEVEL } from '../../core/trading/fills/protection.js'
import type { Millis } from '../../core/candles/time.js'

/** What an engine does not know of itself. */
export interface FeedStanding {
  /** When the feed last brought something; null before it did. */
  readonly fedAt: Millis | null
  readonly isStale: boolean
  /** Whether somebody has paused it. */
  readonly isPaused: boolean
  /** Why nothing is entered though nobody has paused it. */
  readonly holds: readonly string[]
}

/** How a session stands between two inputs. */
export function statusOf(
  engine: Engine,
  { fedAt, isStale, isPaused, holds }: FeedStanding,
): SessionStatus {
  return {
    time: lastClose(engine),
    equity: engine.equity,
    prices: pricesOf(engine),
    positions: engine.legs.filter(({ position }) => position.quantity !== 0).map(positionOf),
    orders: [...venueOrders(engine), ...engine.legs.flatMap(restingOrders)],
    fedAt,
    isStale,
    holds,
    trading: tradingOf(engine),
    isPaused,
  }
}

/** Close of the last candle that an engine has taken on any market; null before the first. */
export function lastClose(engine: Engine): Millis | null {
  let last: Millis | null = null
  for (const { at, first, time, candles } of engine.markets) {
    const closes = time + candles.timeframeMs
    if (at >= first && (last === null || closes > last)) last = closes
  }
  return last
}

function pricesOf({ legs }: Engine): Record<string, number> {
  const prices: Record<string, number> = {}
  for (const { spec, market } of legs) {
    if (market.price > 0) prices[spec.market.symbol] = market.price
  }
  return prices
}

function tradingOf({ guard }: Engine): SessionStatus['trading'] {
  if (guard.isRuined || guard.isHalted) return 'halted'
  return guard.isPaused ? 'reducing' : 'active'
}

function positionOf({ position, protection, market, spec }: Leg): HeldPosition {
  const { stop, target } = protection
  return {
    symbol: spec.market.symbol,
    strategy: spec.strategy.name,
    quantity: position.quantity,
    entryPrice: position.averageEntry(),
    price: market.price,
    unrealised: position.resultAt(market.price),
    stop: levelOf(stop),
    target: levelOf(target),
    openedAt: position.entryTime,
  }
}

function levelOf(level: number): number | null {
  return level === 0 || level === NO_LEVEL ? null : level
}

function restingOrders({ book, spec }: Leg): OpenOrder[] {
  return book.map(order => ({
    id: String(order.number),
    symbol: spec.market.symbol,
    strategy: spec.strategy.name,
    side: order.isBuy ? 'buy' : 'sell',
    kind: order.isLimit ? 'limit' : 'stop',
    state: order.state,
    price: order.price,
    size: order.remaining,
  }))
}

function venueOrders({ venue, legs }: Engine): OpenOrder[] {
  if (venue === null) return []
  return venue.list().map(({ order, state, filled, leg }) => ({
    id: order.id,
    symbol: order.symbol,
    strategy: legs[leg]!.spec.strategy.name,
    side: order.side,
    kind: order.kind,
    state,
    price: order.price,
    size: order.size - filled,
  }))
}
