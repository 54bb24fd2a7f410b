import type { Millis } from '../candles/time.js'
import type { Approved } from '../risk/guard.js'
import type { OrderState } from './order-states.js'
import type { VenueOrder } from './venue-order.js'

/** The best prices of a market between two candles, and when the source saw them. */
export interface Quote {
  readonly kind: 'quote'
  readonly market: number
  readonly bid: number
  readonly ask: number
  readonly time: Millis
}

/** What a venue says of an order: a part or all of it has filled. */
export interface VenueFill {
  readonly kind: 'fill'
  readonly order: string
  /** Base units of this fill. */
  readonly size: number
  readonly price: number
  /** Quote currency; what the transaction cost beside it stands in `txCost`. */
  readonly fee: number
  readonly txCost: number
  readonly time: Millis
}

/** What a venue says of an order that has not filled: a time-out is `unknown`. */
export interface VenueOutcome {
  readonly kind: 'outcome'
  readonly order: string
  readonly state: Extract<OrderState, 'open' | 'refused' | 'cancelled' | 'expired' | 'unknown'>
  readonly reason: string
}

export type VenueAnswer = VenueFill | VenueOutcome

/**
 * Where orders go. A broker takes only what has passed the risk check. It may answer at once, or
 * later: every answer enters the session as an input, never as the result of a call.
 */
export interface Broker {
  submit(order: Approved<VenueOrder>): void
  cancel(order: string): void
  /** What has become known since it was asked last, in order. */
  answers(): readonly VenueAnswer[]
}
