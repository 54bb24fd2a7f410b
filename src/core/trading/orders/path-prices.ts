import { exceeds } from '../../tolerance.js'
import type { RestingOrder } from './resting-order.js'

/** Whether price `a` is met before price `b` on the way in this direction. */
export function isBefore(a: number, b: number, direction: number): boolean {
  return direction < 0 ? a > b : a < b
}

/** The price that lies further on the way. */
export function further(a: number, b: number, direction: number): number {
  return direction < 0 ? Math.min(a, b) : Math.max(a, b)
}

/** A level that is touched only within the tolerance is met at the extreme itself. */
export function within(level: number, extreme: number, direction: number): number {
  return direction < 0 ? Math.max(level, extreme) : Math.min(level, extreme)
}

/** Whether a price on the way in this direction is come to, where the way ends at `extreme`. */
export function isTouched(price: number, extreme: number, direction: number): boolean {
  return direction < 0 ? !exceeds(extreme, price) : !exceeds(price, extreme)
}

/** Whether a price is at an order's own or beyond it: low for limit buys and stop sells, high for the others. */
export function isBeyond({ isBelow, price }: RestingOrder, at: number): boolean {
  return isTouched(price, at, isBelow ? -1 : 1)
}
