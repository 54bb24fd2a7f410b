import type { Leg } from '../../trading/leg.js'

/** What was to be entered at a candle that the account has gone on without is not entered later. */
export function forgetEntry(leg: Leg): void {
  const { order, position } = leg
  if (order.kind !== 'target' || position.quantity !== 0) return
  leg.refuse('max_data_age')
  leg.bookings.announceSignal(order.target, 'max_data_age')
  order.clear()
}
