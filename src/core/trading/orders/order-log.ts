import type { RestingOrder } from './resting-order.js'

const FIELDS = 4

/** A resting order as a line in a chart. */
export interface OrderLine {
  /** 1 buys, -1 sells. */
  readonly side: number
  /** Where it rested, quote a base unit. */
  readonly price: number
  /** Index of the first candle that it rested in. */
  readonly from: number
  /** Index of the last candle that it rested in. */
  readonly to: number
}

/** Where and how long orders of a run have rested, as rows of doubles. It grows with every order. */
export class OrderLog {
  private rows = new Float64Array(64 * FIELDS)
  length = 0

  /** An order that rests from the candle after `placedAt` on. */
  open(order: RestingOrder): void {
    if ((this.length + 1) * FIELDS > this.rows.length) this.grow()
    const { rows } = this
    const at = this.length * FIELDS
    rows[at] = order.direction
    rows[at + 1] = order.price
    rows[at + 2] = order.placedAt + 1
    rows[at + 3] = NaN
    order.logged = this.length++
  }

  /** It ended in the candle at index `i`, or at its close. */
  close(order: RestingOrder, i: number): void {
    if (order.logged >= 0) this.rows[order.logged * FIELDS + 3] = i
  }

  /** All that rested in a candle before `end`; what has not ended rests to the last of these. */
  lines(end: number): OrderLine[] {
    const { rows } = this
    const lines: OrderLine[] = []
    for (let k = 0; k < this.length; k++) {
      const at = k * FIELDS
      const from = rows[at + 2]!
      const ended = rows[at + 3]!
      const to = Number.isNaN(ended) ? end - 1 : ended
      if (from <= to) lines.push({ side: rows[at]!, price: rows[at + 1]!, from, to })
    }
    return lines
  }

  private grow(): void {
    const longer = new Float64Array(this.rows.length * 2)
    longer.set(this.rows)
    this.rows = longer
  }
}
