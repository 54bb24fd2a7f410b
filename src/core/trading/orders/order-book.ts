import type { Costs } from '../../account/costs.js'
import type { OrderRequest } from '../../strategy/intent.js'
import { assert } from '../../assert.js'
import { isLive } from './order-states.js'
import { isSameRequest, type RestingOrder } from './resting-order.js'

/** What a book tells of its orders. */
export interface OrderWatcher {
  /** An order ended without being filled whole. */
  onEnd(order: RestingOrder, why: 'cancelled' | 'expired'): void
}

/** The resting orders of one leg, in the order in which they were asked for. */
export class OrderBook {
  readonly resting: RestingOrder[] = []
  /** Requests that have filled and are still asked for: they are not placed again. */
  private spent: OrderRequest[] = []
  private readonly watcher: OrderWatcher

  constructor(watcher: OrderWatcher) {
    this.watcher = watcher
  }

  /**
   * Makes the book hold what an answer asks for: equal orders stay, missing ones are cancelled. Of the
   * rest `place` makes orders, once those that stay are settled; null where it refuses one.
   */
  answer(
    requests: readonly OrderRequest[],
    place: (request: OrderRequest) => RestingOrder | null,
  ): void {
    const { resting } = this
    const before = this.spent
    if (requests.length === 0 && resting.length === 0 && before.length === 0) return
    this.match(requests)
    this.dropUnmatched()
    if (before.length > 0) this.spent = []
    for (let k = 0; k < requests.length; k++) {
      const request = requests[k]!
      let order = this.keptFor(k)
      if (order === null && before.length > 0 && takeOut(before, request)) {
        this.spent.push(request)
        continue
      }
      order ??= place(request)
      if (order === null) continue
      order.answeredAt = k
      if (!resting.includes(order)) resting.push(order)
    }
    if (!isInOrder(resting)) resting.sort(byAnswer)
  }

  /** Requests that are not placed again while they are asked for. */
  spentRequests(): readonly OrderRequest[] {
    return [...this.spent]
  }

  restore(resting: readonly RestingOrder[], spent: readonly OrderRequest[]): void {
    this.resting.push(...resting)
    this.spent = [...spent]
  }

  /** Finds for each request an order that asks for the same, one to one. */
  private match(requests: readonly OrderRequest[]): void {
    const { resting } = this
    for (let n = 0; n < resting.length; n++) resting[n]!.answeredAt = -1
    for (let k = 0; k < requests.length; k++) {
      for (let n = 0; n < resting.length; n++) {
        const order = resting[n]!
        if (order.answeredAt !== -1 || !isSameRequest(order.request, requests[k]!)) continue
        order.answeredAt = k
        break
      }
    }
  }

  private keptFor(k: number): RestingOrder | null {
    const { resting } = this
    for (let n = 0; n < resting.length; n++) if (resting[n]!.answeredAt === k) return resting[n]!
    return null
  }

  private dropUnmatched(): void {
    const { resting } = this
    let kept = 0
    for (let n = 0; n < resting.length; n++) {
      const order = resting[n]!
      if (order.answeredAt >= 0) resting[kept++] = order
      else this.end(order, 'cancelled')
    }
    while (resting.length > kept) resting.pop()
  }

  /** Takes out what has been held for as many closes as it was good for. */
  expire(i: number): void {
    const { resting } = this
    for (let k = resting.length - 1; k >= 0; k--) {
      const order = resting[k]!
      const { goodFor = 0 } = order.request
      if (goodFor === 0 || i - order.placedAt < goodFor) continue
      this.end(order, 'expired')
      resting.splice(k, 1)
    }
  }

  /** Cancels everything, and forgets what was spent. */
  cancelAll(): void {
    if (this.resting.length > 0) this.cancelResting()
    // Setting a length costs more than all else of a close, and most books are empty.
    if (this.spent.length > 0) this.spent.length = 0
  }

  /** Cancels everything; what was spent is still not placed again. */
  cancelResting(): void {
    for (const order of this.resting) this.end(order, 'cancelled')
    this.resting.length = 0
  }

  /** Takes an order out that has filled, was refused, or lost its place; `isSpent` where it is not to be placed again. */
  remove(order: RestingOrder, isSpent: boolean): void {
    const at = this.resting.indexOf(order)
    assert(at >= 0 || !isLive(order.state), 'an order leaves a book that does not hold it')
    if (at >= 0) this.resting.splice(at, 1)
    if (isSpent) this.spend(order.request)
  }

  /** Cancels the others of a group, one of which has filled. */
  cancelGroup(order: RestingOrder): void {
    const { group } = order.request
    if (group === undefined) return
    const { resting } = this
    for (let k = resting.length - 1; k >= 0; k--) {
      const other = resting[k]!
      if (other === order || other.request.group !== group) continue
      this.end(other, 'cancelled')
      resting.splice(k, 1)
    }
  }

  /** Whether both a buy and a sell rest. */
  isTwoSided(): boolean {
    const { resting } = this
    let [buys, sells] = [false, false]
    for (let k = 0; k < resting.length; k++) {
      if (resting[k]!.isBuy) buys = true
      else sells = true
    }
    return buys && sells
  }

  /** Quote currency that its orders keep back. */
  reservedCash(costs: Costs): number {
    const { resting } = this
    let reserved = 0
    for (let k = 0; k < resting.length; k++) reserved += reserveOf(resting[k]!, costs)
    return reserved
  }

  private spend(request: OrderRequest): void {
    if (request.repeat !== true) this.spent.push(request)
  }

  private end(order: RestingOrder, why: 'cancelled' | 'expired'): void {
    order.move(why)
    this.watcher.onEnd(order, why)
  }
}

/** Quote currency that a buy keeps back: its price with the larger fee, and the transaction. Sells keep nothing. */
export function reserveOf(order: RestingOrder, costs: Costs): number {
  if (!order.isBuy || order.request.reduceOnly === true) return 0
  const price = order.isLimit ? order.price : order.price * (1 + costs.slippage)
  return order.remaining * price * (1 + Math.max(costs.fee, costs.makerFee)) + costs.txCost
}

/** Takes an equal request out of a list. @returns whether one was there; what repeats is never spent */
function takeOut(spent: OrderRequest[], request: OrderRequest): boolean {
  if (request.repeat === true) return false
  const at = spent.findIndex(other => isSameRequest(other, request))
  if (at < 0) return false
  spent.splice(at, 1)
  return true
}

/** Most answers ask for the same in the same order, and sorting costs more than looking. */
function isInOrder(resting: readonly RestingOrder[]): boolean {
  for (let n = 1; n < resting.length; n++) {
    if (resting[n - 1]!.answeredAt > resting[n]!.answeredAt) return false
  }
  return true
}

function byAnswer(a: RestingOrder, b: RestingOrder): number {
  return a.answeredAt - b.answeredAt
}
