import type { Approved } from '../../risk/guard.js'
import type { Exits } from '../../strategy/intent.js'
import type { Fill } from '../../account/fill.js'
import type { RestingOrder } from '../orders/resting-order.js'
import { assert } from '../../assert.js'
import { isLive, moveOrder, type OrderState } from '../orders/order-states.js'

/** An order as a venue gets it. Amounts are doubles of the core; `swapOf` makes base units of them. */
export interface VenueOrder {
  /** Made of run, leg and number, so that a replay makes the same ids. */
  readonly id: string
  /** Index of the market. */
  readonly market: number
  /** Name of the market. */
  readonly symbol: string
  /** Whether it buys or sells base. */
  readonly side: 'buy' | 'sell'
  /** Whether it fills at once, waits for its price, or is sent when its price is touched. */
  readonly kind: 'market' | 'limit' | 'stop'
  /** Quantity of base. A purchase may bring more, for no more than its spend. */
  readonly size: number
  /** Quote currency that a purchase may cost, fee included, the transaction not; 0 for a sale. */
  readonly spend: number
  /** Price that it was decided at, quote a base unit: from it follows how bad a price may be. */
  readonly reference: number
  /** Limit or trigger; null for a market order. */
  readonly price: number | null
  /** Why it was ordered: one of EXIT_REASONS. */
  readonly reason: string
  /** As the strategy gave it; null for none. */
  readonly tag: string | null
}

/** A venue order, and what has become of it. */
export class LiveOrder {
  state: OrderState = 'placed'
  /** Quantity of base that has filled. */
  filled = 0
  /** Quote currency that its fills have cost or brought, fees included. */
  paid = 0
  readonly order: Approved<VenueOrder>
  readonly leg: number
  /** Index into EXIT_REASONS. */
  readonly reason: number
  /** Of an entry: exits of the position that it opens, and the target that it fills, NaN for none; null for an exit. */
  readonly entry: { readonly exits: Exits; readonly target: number } | null
  /** The target that is filled where it reduces to one; null where it leaves everything, or trims. */
  readonly reducedTo: number | null
  /** Number of the resting order of the leg whose price was reached; null for an order of another kind. */
  readonly resting: number | null

  constructor(
    order: Approved<VenueOrder>,
    terms: Pick<LiveOrder, 'leg' | 'reason' | 'entry' | 'reducedTo' | 'resting'>,
  ) {
    this.order = order
    this.leg = terms.leg
    this.reason = terms.reason
    this.entry = terms.entry
    this.reducedTo = terms.reducedTo
    this.resting = terms.resting
  }

  /** Quote currency that an entry may still take; 0 for an exit. */
  get entering(): number {
    const { order, entry, filled, paid } = this
    if (entry === null) return 0
    const value = (order.size - filled) * order.reference
    return Math.max(0, order.spend > 0 ? order.spend - paid : value)
  }

  move(to: OrderState): void {
    this.state = moveOrder(this.state, to)
  }

  save(): SavedLiveOrder {
    const { order, leg, reason, reducedTo, resting, state, filled, paid } = this
    const { entry } = this
    const target = entry === null || Number.isNaN(entry.target) ? null : entry.target
    const saved = entry && { exits: entry.exits, target }
    return { order, leg, reason, entry: saved, reducedTo, resting, state, filled, paid }
  }

  static restore(saved: SavedLiveOrder): LiveOrder {
    const { order, state, filled, paid } = saved
    assert(isLive(state), 'a saved order at a venue has ended')
    assert(order.size > 0 && order.size < Infinity, 'a saved order at a venue has no size')
    assert(filled >= 0 && paid >= 0, 'a saved order at a venue has filled less than nothing')
    const entry = saved.entry && { exits: saved.entry.exits, target: saved.entry.target ?? NaN }
    const live = new LiveOrder(order as Approved<VenueOrder>, { ...saved, entry })
    live.state = state
    live.filled = filled
    live.paid = paid
    return live
  }
}

export interface SavedLiveOrder {
  /** The order as it was sent. */
  readonly order: VenueOrder
  /** Index of the leg. */
  readonly leg: number
  /** Index into EXIT_REASONS. */
  readonly reason: number
  /** Of an entry: exits of the position that it opens, and the target that it fills, if any; null for an exit. */
  readonly entry: { readonly exits: Exits; readonly target: number | null } | null
  /** The target that is filled where it reduces to one; else null. */
  readonly reducedTo: number | null
  /** Number of the resting order whose price was reached; else null. */
  readonly resting: number | null
  /** How far it is. */
  readonly state: OrderState
  /** Quantity of base that has filled. */
  readonly filled: number
  /** Quote currency that its fills have cost or brought, fees included. */
  readonly paid: number
}

export interface SavedVenueOrders {
  /** Orders numbered so far. */
  readonly numbers: number
  /** Orders under way, oldest first. */
  readonly live: readonly SavedLiveOrder[]
}

/** What an order is to say. */
export interface Sent {
  /** Whether it buys or sells base. */
  readonly side: 'buy' | 'sell'
  /** Quantity of base. */
  readonly size: number
  /** Index into EXIT_REASONS. */
  readonly reason: number
  /** As the strategy gave it; null for none. */
  readonly tag: string | null
  /** Of an entry, which the guard has approved: what it opens. */
  readonly entry: (NonNullable<LiveOrder['entry']> & { readonly approved: Approved<Fill> }) | null
  /** The target that is filled where it reduces to one; else null. */
  readonly reducedTo: number | null
  /** Price that it was decided at; the market's last one where it is left out. */
  readonly reference?: number
  /** The resting order whose price was reached. */
  readonly resting?: RestingOrder
}
