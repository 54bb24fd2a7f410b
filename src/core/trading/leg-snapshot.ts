import type { SavedLedger } from '../account/account.js'
import type { SavedPosition } from '../account/position.js'
import type { SavedFill } from '../account/trade-log.js'
import { assert } from '../assert.js'
import type { StrategyState } from '../strategy/strategy.js'
import type { Leg } from './leg.js'
import type { SavedOrder } from './orders/order.js'
import type { SavedProtection } from './fills/protection.js'
import type { SavedOrders } from './orders/saved-orders.js'

/** What of a leg cannot be computed again from candles. */
export function saveLeg(leg: Leg): SavedLeg {
  const { position, desk } = leg
  return {
    position: position.save(),
    protection: leg.protection.save(),
    heldFrom: leg.cursor.i - position.entryIndex,
    fills: position.quantity === 0 ? [] : desk.trades.linked(position.lastFill),
    state: { ...leg.state },
    order: leg.order.save(),
    resting: leg.resting.save(),
    target: Number.isNaN(leg.target) ? null : leg.target,
    cooldownLeft: leg.cooldownLeft,
    ledger: leg.ledger.save(),
    ...(leg.isPaused && { isPaused: true }),
  }
}

/** Goes on from what `saveLeg` gave, its market standing at the last candle taken. */
export function restoreLeg(leg: Leg, saved: SavedLeg): void {
  const { position } = leg
  assert(saved.heldFrom >= 0 || saved.position.quantity === 0, 'a saved entry lies in the future')
  assert(saved.cooldownLeft >= 0, 'a saved cooldown is none')
  const isFilled = saved.position.quantity === 0 || saved.fills.length > 0
  assert(isFilled, 'a position was saved without its fills')
  leg.cursor.i = leg.market.at
  position.restore(saved.position)
  position.entryIndex = leg.market.at - saved.heldFrom
  position.lastFill = leg.desk.trades.relink(leg.index, saved.fills)
  leg.protection.restore(saved.protection, leg.spec.risk)
  leg.state = { ...saved.state }
  leg.order.restore(saved.order)
  leg.resting.restore(saved.resting, leg.market.at)
  leg.target = saved.target ?? NaN
  leg.cooldownLeft = saved.cooldownLeft
  leg.ledger.restore(saved.ledger)
  leg.isPaused = saved.isPaused ?? false
  assert(position.quantity === 0 || position.entered > 0, 'a position was saved without entries')
}

/** A leg as plain JSON. Indicators are not here: they are rebuilt from candles. */
export interface SavedLeg {
  /** What it holds. */
  readonly position: SavedPosition
  /** The levels at which that is left. */
  readonly protection: SavedProtection
  /** Candles between that of the entry and the last one. */
  readonly heldFrom: number
  /** What its strategy remembers. */
  readonly state: StrategyState
  /** What it has decided and not yet filled. */
  readonly order: SavedOrder
  /** The fills of the open position so far. */
  readonly fills: readonly SavedFill[]
  /** Its resting orders. */
  readonly resting: SavedOrders
  /** The last target that was filled; null after a fill of a resting order. */
  readonly target: number | null
  /** Closes at which entries are still ignored. */
  readonly cooldownLeft: number
  /** What it has brought to the account. */
  readonly ledger: SavedLedger
  /** Whether it alone enters nothing; absent where it may. */
  readonly isPaused?: boolean
}
