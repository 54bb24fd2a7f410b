import type { OrderRequest } from '../../strategy/intent.js'
import { assert } from '../../assert.js'
import { isLive } from './order-states.js'
import { isSameRequest, RestingOrder } from './resting-order.js'

/** What a book tells of its orders. */
export interface OrderWatcher {
  /** An order ended without being filled whole. */
  onEnd(order: RestingOrder, why: 'cancelled' | 'expired'): void
}

/** Makes an order of a request. @returns false where it is refused */
export type Placing = (order: RestingOrder, request: OrderRequest) => boolean

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
   * rest `place` makes orders, once those that stay are settled.
   */
  answer(requests: readonly OrderRequest[], place: Placing): void {
    const { resting } = this
    const before = this.spent
    if (requests.length === 0 && resting.length === 0 && before.length === 0) return
    const kept = resting.length > 0 ? this.match(requests) : 0
    if (kept === 0 && before.length === 0) return this.replaceAll(requests, place)
    if (kept < resting.length) this.dropUnmatched()
    if (before.length > 0) this.spent = []
    for (let k = 0; k < requests.length; k++) {
      const request = requests[k]!
      if (kept > 0 && this.isKept(k)) continue
      if (before.length > 0 && takeOut(before, request)) this.spent.push(request)
      else this.add(request, k, place)
    }
    if (kept > 0 && !isInOrder(resting)) resting.sort(byAnswer)
  }

  /** Cancels everything and places what is asked for, as quotes want it at every close: orders are used again where they stand. */
  private replaceAll(requests: readonly OrderRequest[], place: Placing): void {
    const { resting, left } = this
    const before = resting.length
    for (let n = 0; n < before; n++) this.end(resting[n]!, 'cancelled')
    let count = 0
    for (let k = 0; k < requests.length; k++) {
      if (count === resting.length) {
        if (this.add(requests[k]!, k, place)) count += 1
        continue
      }
      const order = resting[count]!
      if (!place(order, requests[k]!)) continue
      order.answeredAt = k
      count += 1
    }
    while (resting.length > count) left.push(resting.pop()!)
  }

  /** @returns whether it was placed */
  private add(request: OrderRequest, k: number, place: Placing): boolean {
    const order = this.left.pop() ?? new RestingOrder()
    if (!place(order, request)) {
      this.left.push(order)
      return false
    }
    order.answeredAt = k
    this.resting.push(order)
    return true
  }

  /** Requests that are not placed again while they are asked for. */
  spentRequests(): readonly OrderRequest[] {
    return [...this.spent]
  }

  restore(resting: readonly RestingOrder[], spent: readonly OrderRequest[]): void {
    this.resting.push(...resting)
    this.spent = [...spent]
  }

  /** Finds for each request an order that asks for the same, one to one. @returns how many it finds */
  private match(requests: readonly OrderRequest[]): number {
    const { resting } = this
    for (let n = 0; n < resting.length; n++) resting[n]!.answeredAt = -1
    let kept = 0
    for (let k = 0; k < requests.length; k++) if (this.matchOne(requests[k]!, k)) kept += 1
    return kept
  }

  private matchOne(request: OrderRequest, k: number): boolean {
    const { resting } = this
    for (let n = 0; n < resting.length; n++) {
      const order = resting[n]!
      if (order.answeredAt !== -1 || !isSameRequest(order.request, request)) continue
      order.answeredAt = k
      return true
    }
    return false
  }

  private dropUnmatched(): void {
    const { resting, left } = this
    let kept = 0
    const count = resting.length
    for (let n = 0; n < count; n++) {
      const order = resting[n]!
      if (order.answeredAt >= 0) {
        resting[kept++] = order
        continue
      }
      this.end(order, 'cancelled')
      left.push(order)
    }
    while (resting.length > kept) resting.pop()
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
      this.takeOut(k)
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
    const { resting, left } = this
    for (const order of resting) {
      this.end(order, 'cancelled')
      left.push(order)
    }
    resting.length = 0
  }

  /** Takes an order out that has filled, was refused, or lost its place; `isSpent` where it is not to be placed again. */
  remove(order: RestingOrder, isSpent: boolean): void {
    const at = this.placeOf(order)
    assert(at >= 0 || !isLive(order.state), 'an order leaves a book that does not hold it')
    if (at >= 0) this.takeOut(at)
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
      this.takeOut(k)
    }
  }

  /** Whether both a buy and a sell rest. */
  isTwoSided(): boolean {
    const { resting } = this
    for (let k = 1; k < resting.length; k++)
      if (resting[k]!.isBuy !== resting[0]!.isBuy) return true
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
    this.left.push(resting[at]!)
    for (let n = at + 1; n < resting.length; n++) resting[n - 1] = resting[n]!
    resting.pop()
  }

  private spend(request: OrderRequest): void {
    if (request.repeat !== true) this.spent.push(request)
  }

  private end(order: RestingOrder, why: 'cancelled' | 'expired'): void {
    order.move(why)
    this.watcher.onEnd(order, why)
    order.reserved = 0
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
