import type { Refusal } from './refusal.js'
import type { ExitReason, Side } from './trade.js'
import type { Millis } from '../candles/time.js'

interface Stamped {
  /** Open time of the candle that caused it. */
  readonly time: Millis
  readonly symbol: string
  readonly strategy: string
}

/** A strategy asked for another exposure at a close. */
export interface SignalEvent extends Stamped {
  readonly type: 'signal'
  readonly exposure: number
  /** What became of it: an order for the next fill, or why there is none. */
  readonly outcome: 'ordered' | 'time_stop' | Refusal
}

/** A fill. */
export interface TradeExecutedEvent extends Stamped {
  readonly type: 'trade.executed'
  readonly action: 'entry' | 'exit'
  readonly side: Side
  readonly price: number
  readonly size: number
  readonly fee: number
  readonly txCost: number
  /** Quote currency that the price was worse than its reference. */
  readonly slippage: number
  /** Null for an entry. */
  readonly reason: ExitReason | null
  readonly tag: string | null
  /** Whether it was a limit order that waited and was met. */
  readonly isMaker: boolean
}

/** A resting order begins to wait. */
export interface OrderPlacedEvent extends Stamped {
  readonly type: 'order.placed'
  /** Its number within the leg, from 1. */
  readonly order: number
  readonly side: 'buy' | 'sell'
  readonly kind: 'limit' | 'stop'
  readonly price: number
  readonly size: number
  /** Closes after which it expires; 0 for never. */
  readonly goodFor: number
  readonly tag: string | null
}

/** A resting order ended without being filled whole. */
export interface OrderCancelledEvent extends Stamped {
  readonly type: 'order.cancelled'
  readonly order: number
  readonly reason: 'cancelled' | 'expired' | Refusal
  /** Base units that it did not fill. */
  readonly left: number
}

/** A position opened, grew, shrank, closed, or had its stop moved. */
export interface PositionUpdatedEvent extends Stamped {
  readonly type: 'position.updated'
  readonly quantity: number
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
  readonly type: 'risk.breached'
  readonly limit: string
  readonly value: number
  readonly threshold: number
}

/** Something was refused or went wrong without stopping the run. */
interface ErrorEvent extends Stamped {
  readonly type: 'error'
  readonly code: string
  readonly message: string
}

/** The settings in force from here on; the first event of a run. */
interface SettingsChangedEvent extends Stamped {
  readonly type: 'settings.changed'
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
