import { isPassedByStop, isReachedByTarget, targetOf } from './levels.js'
import { isLimitMet, isTouched } from './order-fills.js'
import { marketPrice } from './sizing.js'
import { isFresh, type RestingOrder } from './state.js'
import { closesHeld, fill, fillStop, leave, leaveAtPassedStop, stopNow, type Walk } from './walk.js'

/** One side of a candle's path: from its beginning to its extreme. */

interface Stretch {
  readonly way: 1 | -1
  readonly until: number
  /** The extreme where the path came from; null on the first stretch, which begins at O. */
  readonly behind: number | null
}

interface Stop {
  readonly price: number
  readonly act: () => void
}

/** Everything on one stretch, each at its price, the nearest to its beginning first. */
export function follow(walk: Walk, stretch: Stretch): void {
  const tried = new Set<RestingOrder>()
  for (;;) {
    const next = nearest(walk, stretch, tried)
    if (next === null) return
    next.act()
  }
}

function nearest(walk: Walk, stretch: Stretch, tried: Set<RestingOrder>): Stop | null {
  const { state } = walk
  const stops: Stop[] = []
  for (const order of state.resting) {
    if (tried.has(order) || walk.met.has(order) || !isOnStretch(walk, order, stretch)) continue
    stops.push({
      price: order.price,
      act: () => {
        tried.add(order)
        meetOrder(walk, order, stretch)
      },
    })
  }
  const exit = exitOn(walk, stretch)
  if (exit !== null) stops.push(exit)
  return stops.reduce<Stop | null>(
    (best, stop) =>
      best === null || stretch.way * stop.price < stretch.way * best.price ? stop : best,
    null,
  )
}

function isOnStretch({ account }: Walk, order: RestingOrder, { way, until }: Stretch): boolean {
  if (order.isTriggered) return false
  if (order.request.kind === 'limit')
    return way === -order.side && isLimitMet(account, order, until)
  return way === order.side && isTouched(-order.side, order.price, until)
}

function meetOrder(walk: Walk, order: RestingOrder, stretch: Stretch): void {
  const before = walk.state.position
  const { price } = order
  if (order.request.kind === 'stop') fillStop(walk, order, price)
  else fill(walk, order, { reference: price, price, isMaker: true })
  const { position } = walk.state
  if (position === null) return
  if (position === before) return leaveAtPassedStop(walk, price)
  if (position.side === stretch.way && stretch.behind !== null)
    stopAtOnce(walk, price, stretch.behind)
  else leaveAtPassedStop(walk, price)
}

/** "Where that side of the path is over, it is stopped at once", at the stop or at its fill's reference. */
function stopAtOnce(walk: Walk, reference: number, behind: number): void {
  const { account, state } = walk
  const stop = stopNow(walk)
  if (stop === null) return
  const { side } = state.position!
  if (!isPassedByStop(side, behind, stop.price)) return
  const at = side === 1 ? Math.min(stop.price, reference) : Math.max(stop.price, reference)
  const size = Math.abs(state.quantity)
  leave(walk, {
    price: marketPrice(account, { side: -side, reference: at, size }),
    reason: stop.reason,
  })
}

/** The protective stop or target that stands on a stretch. */
function exitOn(walk: Walk, { way, until }: Stretch): Stop | null {
  const { account, state } = walk
  const { position } = state
  if (position === null) return null
  const { side } = position
  if (way === -side) {
    const stop = stopNow(walk)
    if (stop === null || !isPassedByStop(side, until, stop.price)) return null
    const size = Math.abs(state.quantity)
    const price = marketPrice(account, { side: -side, reference: stop.price, size })
    return { price: stop.price, act: () => leave(walk, { price, reason: stop.reason }) }
  }
  if (position.byOrder && isFresh(state)) return null
  const target = targetOf(state, closesHeld(state))
  if (target === null || !isReachedByTarget(side, until, target.price)) return null
  return { price: target.price, act: () => leave(walk, target) }
}
