import type { Millis } from '../../candles/time.js'
import type { Approved } from '../../risk/guard.js'
import type { OrderState } from '../orders/order-states.js'
import type { VenueOrder } from './venue-order.js'

/** The best prices of a market between two candles, and when the source saw them. */
export interface Quote {
  /** Tells the inputs apart. */
  readonly kind: 'quote'
  /** Index of the market. */
  readonly market: number
  /** Best price that somebody buys at, quote a base unit. */
  readonly bid: number
  /** Best price that somebody sells at, quote a base unit; no lower than the bid. */
  readonly ask: number
  /** When the source saw them, UTC milliseconds. */
  readonly time: Millis
}

/** What a venue says of an order: a part or all of it has filled. */
export interface VenueFill {
  /** Tells the inputs apart. */
  readonly kind: 'fill'
  /** Id of the order. */
  readonly order: string
  /** Quantity of base in this fill, above 0. */
  readonly size: number
  /** Quote a base unit, above 0. */
  readonly price: number
  /** Quote currency; what the transaction cost beside it stands in `txCost`. */
  readonly fee: number
  /** Cost of the transaction, quote currency. */
  readonly txCost: number
  /** When it happened, as the venue says, UTC milliseconds. */
  readonly time: Millis
}

/** What a venue says of an order that has not filled: a time-out is `unknown`. */
export interface VenueOutcome {
  /** Tells the inputs apart. */
  readonly kind: 'outcome'
  /** Id of the order. */
  readonly order: string
  /** What has become of it. */
  readonly state: Extract<OrderState, 'open' | 'refused' | 'cancelled' | 'expired' | 'unknown'>
  /** Why, for people. */
  readonly reason: string
}

export type VenueAnswer = VenueFill | VenueOutcome

/**
 * Where orders go. A broker takes only what has passed the risk check. It may answer at once, or
 * later: every answer enters the session as an input, never as the result of a call.
 */
export interface Broker {
  /** Sends an order; what becomes of it is told by `answers`. */
  submit(order: Approved<VenueOrder>): void
  /** Asks for an order to be cancelled, by its id; it may fill all the same. */
  cancel(order: string): void
  /** What has become known since it was asked last, in order. */
  answers(): readonly VenueAnswer[]
}
