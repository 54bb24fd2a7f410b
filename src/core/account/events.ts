import type { Refusal } from './refusal.js'
import type { ExitReason, Side } from './trade.js'
import type { Millis } from '../candles/time.js'

interface Stamped {
  /** Open time of the candle that caused it. */
  readonly time: Millis
  /** Market of the leg. */
  readonly symbol: string
  /** Strategy of the leg. */
  readonly strategy: string
}

/** A strategy asked for another exposure at a close. */
export interface SignalEvent extends Stamped {
  /** Tells the events apart. */
  readonly type: 'signal'
  /** Share of equity that was asked for; below 0 for a short. */
  readonly exposure: number
  /** What became of it: an order for the next fill, or why there is none. */
  readonly outcome: 'ordered' | 'time_stop' | Refusal
}

/** A fill. */
export interface TradeExecutedEvent extends Stamped {
  /** Tells the events apart. */
  readonly type: 'trade.executed'
  /** Whether it opened or added, or reduced. */
  readonly action: 'entry' | 'exit'
  /** Side of the position. */
  readonly side: Side
  /** Fill price, slippage included, quote a base unit. */
  readonly price: number
  /** Base units of this fill, above 0. */
  readonly size: number
  /** Quote currency. */
  readonly fee: number
  /** Cost of the transaction, quote currency. */
  readonly txCost: number
  /** Quote currency that the price was worse than its reference. */
  readonly slippage: number
  /** Null for an entry. */
  readonly reason: ExitReason | null
  /** Of the entry, the exit or the order; null for none. */
  readonly tag: string | null
  /** Whether it was a limit order that waited and was met. */
  readonly isMaker: boolean
}

/** A resting order begins to wait. */
export interface OrderPlacedEvent extends Stamped {
  /** Tells the events apart. */
  readonly type: 'order.placed'
  /** Its number within the leg, from 1. */
  readonly order: number
  /** Whether it buys or sells base. */
  readonly side: 'buy' | 'sell'
  /** Whether it waits for its price or a better one, or is a market order once its price is touched. */
  readonly kind: 'limit' | 'stop'
  /** Rounded to the market's tick, quote a base unit. */
  readonly price: number
  /** Base units to fill. */
  readonly size: number
  /** Closes after which it expires; 0 for never. */
  readonly goodFor: number
  /** As it was asked for; null for none. */
  readonly tag: string | null
}

/** A resting order ended without being filled whole. */
export interface OrderCancelledEvent extends Stamped {
  /** Tells the events apart. */
  readonly type: 'order.cancelled'
  /** Its number within the leg, from 1. */
  readonly order: number
  /** Why it ended. */
  readonly reason: 'cancelled' | 'expired' | Refusal
  /** Base units that it did not fill. */
  readonly left: number
}

/** A position opened, grew, shrank, closed, or had its stop moved. */
export interface PositionUpdatedEvent extends Stamped {
  /** Tells the events apart. */
  readonly type: 'position.updated'
  /** Base units held; below 0 for a short, 0 for flat. */
  readonly quantity: number
  /** Average price of what is held, quote a base unit; 0 while flat. */
  readonly entryPrice: number
  /** The level that stops the position now: the tightest of the next three. 0 is "none". */
  readonly stop: number
  /** The fixed level of the stop loss; 0 is "none". */
  readonly stopLoss: number
  /** Where the trailing stop stands now; 0 is "none". */
  readonly trailingStop: number
  /** The entry price once it is the stop by a break-even rule; 0 is "none". */
  readonly breakEven: number
}

/** A portfolio limit was reached. */
export interface RiskBreachedEvent extends Stamped {
  /** Tells the events apart. */
  readonly type: 'risk.breached'
  /** Name of the limit. */
  readonly limit: string
  /** Where the account stands. */
  readonly value: number
  /** Where the limit stands. */
  readonly threshold: number
}

/** Something was refused or went wrong without stopping the run. */
interface ErrorEvent extends Stamped {
  /** Tells the events apart. */
  readonly type: 'error'
  /** What kind of refusal or mishap it is. */
  readonly code: string
  /** The same for people. */
  readonly message: string
}

/** The settings in force from here on; the first event of a run. */
interface SettingsChangedEvent extends Stamped {
  /** Tells the events apart. */
  readonly type: 'settings.changed'
  /** All of them, by name. */
  readonly settings: Readonly<Record<string, unknown>>
}

export type TradingEvent =
  | SignalEvent
  | TradeExecutedEvent
  | PositionUpdatedEvent
  | OrderPlacedEvent
  | OrderCancelledEvent
  | RiskBreachedEvent
  | ErrorEvent
  | SettingsChangedEvent

export type EventType = TradingEvent['type']

/** Takes each event at the moment it happens. */
export type EventSink = (event: TradingEvent) => void
