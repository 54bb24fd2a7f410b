import type { Lot } from '../../account/market.js'
import { broken } from '../../assert.js'
import { exceeds } from '../../tolerance.js'
import type { VenueFill } from './broker.js'
import type { LiveOrder } from './venue-order.js'

/** A fill is of some size, and within what the order asked for: its size, or the spend of an entry that buys. */
export function checkFill(
  { order, entry, filled, paid }: LiveOrder,
  said: VenueFill,
  lot: Lot,
): void {
  const { id, side, size, spend } = order
  if (!(said.size > 0 && said.price > 0 && said.size < Infinity && said.price < Infinity)) {
    throw broken(`order ${id} filled ${said.size} at ${said.price}`)
  }
  if (said.size <= size - filled + lot.step / 2) return
  const isPaidFor = side === 'buy' && entry !== null && !exceeds(paid + costOf(said), spend)
  if (!isPaidFor) throw broken(`order ${id} filled more than it asked for`)
}

/** Quote currency of a fill, fee included. */
export function costOf({ size, price, fee }: VenueFill): number {
  return size * price + fee
}

/**
 * A sum of decimal amounts without what floats have added: a venue rounds down what it is to sell, so
 * that a hair below a whole unit would leave one behind that is never sold.
 */
export function withoutNoise(quantity: number): number {
  return Number(Number(quantity.toPrecision(15)).toFixed(12))
}
