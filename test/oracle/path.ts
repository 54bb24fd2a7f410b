import { watchExtremes } from './books.js'
import { isReachedByTarget, targetOf } from './levels.js'
import { isLimitMet, isTouched } from './order-fills.js'
import { drop } from './orders.js'
import { partsOf } from './parts.js'
import { marketPrice } from './sizing.js'
import { follow } from './stretch.js'
import {
  candleOf,
  count,
  isFresh,
  pathOf,
  type Account,
  type LegState,
  type PriceOf,
  type RestingOrder,
} from './state.js'
import {
  closesHeld,
  fill,
  fillStop,
  leave,
  leaveAtPassedStop,
  wantedBy,
  type Walk,
} from './walk.js'

/** Step 2: one leg's way through its candle, or through the finer ones, "one after the other". */
export function walkCandle(
  account: Account,
  state: LegState,
  terms: { priceOf: PriceOf; ruinPrice: number | null },
): void {
  // "Each order is met once a candle", and volume is that of the candle: in whatever parts it comes.
  const walk: Walk = { account, state, ...terms, taken: new Map(), met: new Set() }
  for (const [number, candle] of partsOf(account, state).entries()) {
    state.part = { number, candle }
    walkPart(walk)
    watchPeak(state)
  }
  state.part = null
}

function walkPart(walk: Walk): void {
  const { state } = walk
  const { open, high, low } = pathOf(state)
  const { position } = state
  const wasOpen = position !== null && !isFresh(state)
  if (position !== null) watchExtremes(state)
  state.isOnPath = true
  meetOpen(walk, wasOpen)
  const floor = Math.min(open, low)
  const top = Math.max(open, high)
  const isUpFirst = state.quantity < 0
  if (isUpFirst) {
    follow(walk, { way: 1, until: top, behind: null })
    follow(walk, { way: -1, until: floor, behind: top })
  } else {
    follow(walk, { way: -1, until: floor, behind: null })
    follow(walk, { way: 1, until: top, behind: floor })
  }
  if (state.position !== null && state.position !== position) watchExtremes(state)
  state.isOnPath = false
}

/** "O is first: a stop that O has passed, then orders in the order given, then a target that O has passed." */
function meetOpen(walk: Walk, wasOpen: boolean): void {
  const { state } = walk
  const { open } = pathOf(state)
  leaveAtPassedStop(walk, open)
  for (const order of [...state.resting]) {
    if (walk.met.has(order) || !state.resting.includes(order)) continue
    meetOrderAtOpen(walk, order)
    leaveAtPassedStop(walk, open)
  }
  const target = targetOf(state, closesHeld(state))
  if (target === null || !wasOpen) return
  const { side } = state.position!
  if (isFresh(state) || !isReachedByTarget(side, open, target.price)) return
  leave(walk, { price: open, reason: target.reason })
}

function meetOrderAtOpen(walk: Walk, order: RestingOrder): void {
  const { account, state } = walk
  const { open } = pathOf(state)
  const { side, price, request } = order
  if (order.isTriggered) return
  if (request.kind === 'stop') {
    if (isTouched(-side, price, open)) fillStop(walk, order, open)
    return
  }
  if (order.placedAt < state.index - 1 || state.part!.number > 0) {
    if (isLimitMet(account, order, open))
      fill(walk, order, { reference: price, price, isMaker: true })
    return
  }
  if (!isTouched(side, price, open)) return
  if (request.postOnly === true) {
    drop(state, order)
    count(account, 'orders_refused')
    return count(account, 'refused:would_take')
  }
  const taken = marketPrice(account, { side, reference: open, size: wantedBy(walk, order) })
  const better = side === 1 ? Math.min(price, taken) : Math.max(price, taken)
  fill(walk, order, { reference: open, price: better, isMaker: false })
}

/** "The price where equity reaches 0": others at their last C, legs of the same market move along. */
export function ruinPriceOf(account: Account, state: LegState): number | null {
  let rest = account.cash
  let quantity = 0
  for (const other of account.legs) {
    if (other.market === state.market) quantity += other.quantity
    else if (other.quantity !== 0) rest += other.quantity * closeBefore(other, candleOf(state).time)
  }
  return quantity < 0 ? rest / -quantity : null
}

function closeBefore({ market, index }: LegState, time: number): number {
  const now = market.candles[index]!
  return now.time < time ? now.close : (market.candles[index - 1] ?? now).close
}

/** "A candle's own high never tightens the stop it is checked against." */
function watchPeak(state: LegState): void {
  const { position } = state
  if (position === null || (position.byOrder && isFresh(state))) return
  const { high, low } = pathOf(state)
  position.peak = position.side === 1 ? Math.max(position.peak, high) : Math.min(position.peak, low)
}
