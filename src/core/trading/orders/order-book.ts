import type { OrderRequest } from '../../strategy/intent.js'
import { assert } from '../../assert.js'
import { isLive } from './order-states.js'
import { isSameRequest, RestingOrder } from './resting-order.js'

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
  /** Orders that have left: the next ones are made of them, because quotes are placed anew at every close. */
  private readonly left: RestingOrder[] = []
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
    const kept = resting.length > 0 ? this.keep(requests) : 0
    if (before.length > 0) this.spent = []
    for (let k = 0; k < requests.length; k++) {
      const request = requests[k]!
      if (kept > 0 && this.isKept(k)) continue
      if (before.length > 0 && takeOut(before, request)) {
        this.spent.push(request)
        continue
      }
      const order = place(request)
      if (order === null) continue
      order.answeredAt = k
      resting.push(order)
    }
    if (kept > 0 && !isInOrder(resting)) resting.sort(byAnswer)
  }

  /** An order to be placed: one that has left, or a new one. */
  blank(): RestingOrder {
    return this.left.pop() ?? new RestingOrder()
  }

  /** Takes back an order that was refused before it came into the book. */
  discard(order: RestingOrder): void {
    this.left.push(order)
  }

  /** Requests that are not placed again while they are asked for. */
  spentRequests(): readonly OrderRequest[] {
    return [...this.spent]
  }

  restore(resting: readonly RestingOrder[], spent: readonly OrderRequest[]): void {
    this.resting.push(...resting)
    this.spent = [...spent]
  }

  /** Cancels what no request asks for. @returns how many orders stay */
  private keep(requests: readonly OrderRequest[]): number {
    const { resting } = this
    for (let n = 0; n < resting.length; n++) resting[n]!.answeredAt = -1
    for (let k = 0; k < requests.length; k++) this.match(requests[k]!, k)
    let kept = 0
    const count = resting.length
    for (let n = 0; n < count; n++) {
      const order = resting[n]!
      if (order.answeredAt >= 0) resting[kept++] = order
      else this.end(order, 'cancelled')
    }
    while (resting.length > kept) resting.pop()
    return kept
  }

  /** Finds the order that asks for the same as request `k`, one to one. */
  private match(request: OrderRequest, k: number): void {
    const { resting } = this
    for (let n = 0; n < resting.length; n++) {
      const order = resting[n]!
      if (order.answeredAt !== -1 || !isSameRequest(order.request, request)) continue
      order.answeredAt = k
      return
    }
  }

  private isKept(k: number): boolean {
    const { resting } = this
    for (let n = 0; n < resting.length; n++) if (resting[n]!.answeredAt === k) return true
    return false
  }

  /** Takes out what has been held for as many closes as it was good for. */
  expire(i: number): void {
    const { resting } = this
    for (let k = resting.length - 1; k >= 0; k--) {
      const order = resting[k]!
      const { goodFor } = order
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
    const at = this.placeOf(order)
    assert(at >= 0 || !isLive(order.state), 'an order leaves a book that does not hold it')
    if (at >= 0) {
      this.takeOut(at)
      this.left.push(order)
    }
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
    for (let k = 1; k < resting.length; k++) if (resting[k]!.isBuy !== resting[0]!.isBuy) return true
    return false
  }

  /** Quote currency that its orders keep back. */
  reservedCash(): number {
    const { resting } = this
    let reserved = 0
    for (let k = 0; k < resting.length; k++) reserved += resting[k]!.reserved
    return reserved
  }

  private placeOf(order: RestingOrder): number {
    const { resting } = this
    for (let n = 0; n < resting.length; n++) if (resting[n] === order) return n
    return -1
  }

  /** Not `splice`: that makes a list of what it takes out. */
  private takeOut(at: number): void {
    const { resting } = this
    for (let n = at + 1; n < resting.length; n++) resting[n - 1] = resting[n]!
    resting.pop()
  }

  private spend(request: OrderRequest): void {
    if (request.repeat !== true) this.spent.push(request)
  }

  private end(order: RestingOrder, why: 'cancelled' | 'expired'): void {
    order.move(why)
    this.watcher.onEnd(order, why)
    this.left.push(order)
  }
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
