import { book } from './books.js'
import { isAbove, roundDown } from './numbers.js'
import { cancelGroup, drop } from './orders.js'
import { exposureRoom, freeCash } from './sizing.js'
import {
  count,
  equityAt,
  type Account,
  type LegState,
  type PriceOf,
  type RestingOrder,
} from './state.js'
import { placeRefusal } from './targets.js'

/** What a resting order that is met takes: as far as volume, inventory, cash and limits let it. */

export interface Terms {
  /** Before slippage: where the market stood. */
  readonly reference: number
  readonly price: number
  readonly isMaker: boolean
  /** What the volume of the candle leaves for this side. */
  readonly volumeLeft: number
  /** Of other markets: this instant's open, or their last close. */
  readonly priceOf: PriceOf
}

/** @returns base units taken; 0 where it cannot be met now */
export function takeOrder(
  account: Account,
  state: LegState,
  order: RestingOrder,
  terms: Terms,
): number {
  const { step } = state.market
  const feeRate = terms.isMaker ? account.spec.makerFeeRate : account.spec.feeRate
  const most = Math.min(order.left, roundDown(terms.volumeLeft, step))
  const held = Math.sign(state.quantity) === -order.side ? Math.abs(state.quantity) : 0
  const reducing = Math.min(most, held)
  const tag = order.request.tag ?? null
  const here: PriceOf = other =>
    other.market === state.market ? terms.reference : terms.priceOf(other)
  const equity = equityAt(account, here)
  const deal = { side: order.side, price: terms.price, feeRate, reason: 'order', tag }
  if (reducing >= step / 2) book(account, state, { ...deal, size: reducing })
  const rest = most - reducing
  const opening =
    rest >= step / 2
      ? openable(account, state, order, { ...terms, priceOf: here, feeRate, rest, equity })
      : 0
  if (opening === null) {
    count(account, 'orders_cancelled')
    drop(state, order)
  } else if (opening > 0) {
    const exits = order.request.exits ?? {}
    book(account, state, { ...deal, size: opening }, { exits, byOrder: true })
  }
  const size = reducing + (opening ?? 0)
  if (size >= step / 2) settle(account, state, order, { size, terms })
  return size
}

/** Null where there is no place for another position. */
function openable(
  account: Account,
  state: LegState,
  order: RestingOrder,
  {
    price,
    priceOf,
    feeRate,
    rest,
    equity,
  }: Terms & { feeRate: number; rest: number; equity: number },
): number | null {
  const { spec } = account
  if (order.request.reduceOnly === true) return 0
  if (order.side === -1 && !state.market.shortable) return 0
  const refusal = placeRefusal(account, state, 0)
  if (refusal !== null) {
    count(account, `refused:${refusal}`)
    return null
  }
  const each = price * (1 + feeRate)
  const cash = (freeCash(account, priceOf, order) - spec.txCost) / each
  const room = exposureRoom(account, equity, priceOf) / each
  return roundDown(Math.min(rest, cash, room), state.market.step)
}

function settle(
  account: Account,
  state: LegState,
  order: RestingOrder,
  { size, terms }: { size: number; terms: Terms },
): void {
  const { isMaker, price } = terms
  count(account, isMaker ? 'maker_fills' : 'taker_fills')
  account.orderFills.push({
    leg: state,
    index: state.index,
    side: order.side,
    price,
    size,
    isMaker,
  })
  state.lastTarget = null
  order.left -= size
  if (order.left < state.market.step / 2) {
    drop(state, order)
    state.spent.push(order.request)
    count(account, 'orders_filled')
  } else {
    count(account, 'partial_fills')
  }
  cancelGroup(account, state, order)
}

/** Whether a limit order that waits in the queue is met by a price. */
export function isLimitMet(
  account: Account,
  { side, price }: RestingOrder,
  market: number,
): boolean {
  if (account.spec.limitFill === 'touch') return isTouched(side, price, market)
  return side === 1 ? isAbove(price, market) : isAbove(market, price)
}

/** A buy limit or sell stop is touched from above (side 1), the others from below (side -1). */
export function isTouched(side: number, price: number, market: number): boolean {
  return side === 1 ? !isAbove(market, price) : !isAbove(price, market)
}
