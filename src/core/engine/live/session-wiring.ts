import type { OrderLog } from '../../trading/orders/order-log.js'

/** Where a session's orders go, and what is written down of them. */
export interface SessionWiring {
  /** A venue fills the orders, whose ids begin with this name; otherwise they fill from candles. */
  readonly venueRun?: string
  /** Where resting orders are written down; it grows with every order. */
  readonly orderLog?: OrderLog
  /** Whether each leg's own gains are followed at every time; they grow with every step. */
  readonly followsLegs?: boolean
}
