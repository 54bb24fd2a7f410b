import type { Account } from '../account/account.js'
import type { TradeLog } from '../account/trade-log.js'
import { EXIT_REASONS } from '../account/trade.js'
import { assert } from '../assert.js'
import type { Leg } from '../trading/leg.js'

const END_OF_DATA = EXIT_REASONS.indexOf('end_of_data')

/** Closes what is open at the last close of the data, under the reason of a limit where one ordered it out. */
export function closeAtEnd(leg: Leg): void {
  const { order, position, ticket } = leg
  ticket.reference = leg.market.price
  if (leg.isOrderedOut()) leg.reduceAtMarket(Math.abs(position.quantity), order.reason, null)
  else leg.exitAtPrice(END_OF_DATA)
}

/** What the account has gained is what its trades have gained: nothing else makes money or loses it. */
export function assertConserved({
  account,
  trades,
  legs,
}: {
  readonly account: Account
  readonly trades: TradeLog
  readonly legs: readonly Leg[]
}): void {
  if (legs.some(({ position }) => position.quantity !== 0)) return
  const gain = account.cash - account.capital
  const scale = account.capital + account.notional
  assert(Math.abs(gain - trades.profit()) <= 1e-9 * scale, 'money was created or lost')
}
