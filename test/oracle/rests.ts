import { book } from './books.js'
import { roundDown } from './numbers.js'
import { takeOrder } from './order-fills.js'
import { marketPrice } from './sizing.js'
import { candleOf, count, orderRank, type Account, type LegState, type PriceOf } from './state.js'

/** What else fills at an open: rests of triggered stops, and what the exposure limit gives up. */

export function fillRests(
  account: Account,
  legs: readonly LegState[],
  { priceOf, only }: { priceOf: PriceOf; only: 'reducing' | 'opening' },
): void {
  for (const state of [...legs].sort(orderRank)) {
    for (const order of [...state.resting]) {
      if (!order.isTriggered || !state.resting.includes(order)) continue
      const reduces = Math.sign(state.quantity) === -order.side
      if (reduces !== (only === 'reducing')) continue
      const reference = candleOf(state).open
      const price = marketPrice(account, { side: order.side, reference, size: order.left })
      takeOrder(account, state, order, {
        reference,
        price,
        isMaker: false,
        volumeLeft: Infinity,
        priceOf,
      })
    }
  }
}

/** "Each leg keeps `e x equity / gross` of its quantity at that mark, targets stay." */
export function trimLegs(account: Account, legs: readonly LegState[], priceOf: PriceOf): void {
  for (const state of legs) {
    const { keepQuantity } = state
    state.keepQuantity = null
    if (keepQuantity === null || state.quantity === 0 || isNewTarget(state)) continue
    const size = Math.abs(state.quantity) - roundDown(keepQuantity, state.market.step)
    if (size < state.market.step / 2) continue
    const side = state.quantity > 0 ? -1 : 1
    const reference = priceOf(state)
    if (size < Math.abs(state.quantity) && size * reference < state.market.minNotional) {
      count(account, 'refused:below_minimum')
      continue
    }
    const price = marketPrice(account, { side, reference, size })
    const feeRate = account.spec.feeRate
    book(account, state, { side, size, price, feeRate, reason: 'risk_limit', tag: null })
  }
}

/** A target that was ordered at the same close takes the place of the trim, a repeated one does not. */
function isNewTarget({ pending, lastTarget }: LegState): boolean {
  return pending !== null && pending.exposure !== lastTarget
}
