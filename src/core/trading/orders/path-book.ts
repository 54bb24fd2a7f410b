import type { Candles } from '../../candles/candles.js'
import { exceeds } from '../../tolerance.js'
import { isBefore, isBeyond, isTouched } from './path-prices.js'
import type { RestingOrder } from './resting-order.js'

/** The resting orders of a leg as the price of a candle comes to them, each once. */
export class PathBook {
  private readonly resting: readonly RestingOrder[]
  private readonly fillsAtTouch: boolean
  /** Whether orders may still be marked as met in an earlier candle. */
  private hasOldMarks = false

  constructor(resting: readonly RestingOrder[], fillsAtTouch: boolean) {
    this.resting = resting
    this.fillsAtTouch = fillsAtTouch
  }

  /** A candle begins in which nothing has been met yet. */
  enterCandle(): void {
    this.hasOldMarks = true
  }

  /** Takes the marks of an earlier candle away, before anything of this one is met. */
  forgetMarks(): void {
    if (!this.hasOldMarks) return
    const { resting } = this
    for (let k = 0; k < resting.length; k++) resting[k]!.isMet = false
    this.hasOldMarks = false
  }

  /** Whether the candle at index `i` comes to the price of any order. Most come to none. */
  isTouchedBy({ open, high, low }: Pick<Candles, 'open' | 'high' | 'low'>, i: number): boolean {
    const { resting } = this
    if (resting.length === 0) return false
    const bottom = Math.min(open[i]!, low[i]!)
    const top = Math.max(open[i]!, high[i]!)
    for (let k = 0; k < resting.length; k++) {
      const { isBelow, price } = resting[k]!
      if (isBelow ? !exceeds(bottom, price) : !exceeds(price, top)) return true
    }
    return false
  }

  /** Whether this price is at any order's own or beyond it. */
  isAnyBeyond(price: number): boolean {
    const { resting } = this
    for (let k = 0; k < resting.length; k++) if (isBeyond(resting[k]!, price)) return true
    return false
  }

  /** Whether a resting limit order fills where the price comes to `extreme`, down for -1. */
  isReached({ price }: RestingOrder, extreme: number, direction: number): boolean {
    if (this.fillsAtTouch) return isTouched(price, extreme, direction)
    return direction < 0 ? exceeds(price, extreme) : exceeds(extreme, price)
  }

  /** The order that stands nearest on the way to `extreme` and is reached; of equals the one given first. */
  next(extreme: number, direction: number): RestingOrder | null {
    const { resting } = this
    let nearest: RestingOrder | null = null
    for (let k = 0; k < resting.length; k++) {
      const order = resting[k]!
      if (order.isBelow !== direction < 0 || order.isMet || order.isTriggered) continue
      const isReached = order.isLimit
        ? this.isReached(order, extreme, direction)
        : isTouched(order.price, extreme, direction)
      if (!isReached) continue
      if (nearest === null || isBefore(order.price, nearest.price, direction)) nearest = order
    }
    return nearest
  }
}
