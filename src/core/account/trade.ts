import type { Fill } from './fill.js'
import type { Position } from './position.js'
import type { Millis } from '../candles/time.js'

export const EXIT_REASONS = [
  'signal',
  'stop_loss',
  'trailing_stop',
  'take_profit',
  'time_stop',
  'end_of_data',
  'risk_limit',
] as const

export type ExitReason = (typeof EXIT_REASONS)[number]
export type Side = 'long' | 'short'

/** A closed position, or the closed part of one: from an entry to an exit. Quote currency. */
export interface Trade {
  readonly strategy: string
  readonly side: Side
  /** Open time of the candle in which the entry filled. */
  readonly entryTime: Millis
  /** Open time of the candle in which the exit filled. */
  readonly exitTime: Millis
  /** Average fill price, slippage included. */
  readonly entryPrice: number
  readonly exitPrice: number
  /** Base units. */
  readonly size: number
  /** `size * (exit - entry) - fees - txCosts`, mirrored for a short. */
  readonly pnl: number
  readonly fees: number
  readonly txCosts: number
  readonly slippage: number
  /** `pnl / (size * entryPrice)`. */
  readonly return: number
  /** Closes from the entry to the exit. */
  readonly candles: number
  /** Worst unrealised return while open, at most 0. */
  readonly mae: number
  /** Best unrealised return while open, at least 0. */
  readonly mfe: number
  readonly exitReason: ExitReason
  /** Whether two exits of the last candle could each have come first. */
  readonly ambiguous: boolean
}

const FIELDS = 15

/**
 * Trades as rows of doubles in one growing array, so that closing one allocates nothing.
 * Rows are written by `close` and read by `list`; both spell out the same order.
 */
export class TradeLog {
  length = 0
  private rows: Float64Array = new Float64Array(64 * FIELDS)

  /** Writes the part of a position that `exit` closes, with its share of the entry's costs. */
  close(leg: number, position: Position, exit: Fill): void {
    if ((this.length + 1) * FIELDS > this.rows.length) this.grow()
    const { rows } = this
    const at = this.length++ * FIELDS
    position.settle()
    const share = exit.size / Math.abs(position.quantity)
    rows[at] = leg
    rows[at + 1] = position.quantity > 0 ? 1 : -1
    rows[at + 2] = position.entryTime
    rows[at + 3] = exit.time
    rows[at + 4] = position.entryPrice
    rows[at + 5] = exit.price
    rows[at + 6] = exit.size
    rows[at + 7] = position.fees * share + exit.fee
    rows[at + 8] = position.txCosts * share + exit.txCost
    rows[at + 9] = position.slippage * share + exit.slippage
    rows[at + 10] = exit.index - position.entryIndex
    rows[at + 11] = position.worst
    rows[at + 12] = position.best
    rows[at + 13] = exit.reason
    rows[at + 14] = exit.ambiguous ? 1 : 0
  }

  /** Appends `count` rows that have indices of candles for times. */
  append(figures: Float64Array, count: number, time: Float64Array): void {
    while ((this.length + count) * FIELDS > this.rows.length) this.grow()
    const { rows } = this
    const first = this.length * FIELDS
    rows.set(figures.subarray(0, count * FIELDS), first)
    this.length += count
    for (let at = first; at < this.length * FIELDS; at += FIELDS) {
      rows[at + 2] = time[rows[at + 2]!]!
      rows[at + 3] = time[rows[at + 3]!]!
    }
  }

  /** Forgets all trades; the room for them stays. */
  clear(): void {
    this.length = 0
  }

  /** The trades as objects, oldest exit first. `strategies` names the legs by index. */
  list(strategies: readonly string[], since = 0): Trade[] {
    return Array.from({ length: this.length - since }, (_, k) => this.read(k + since, strategies))
  }

  /** Sum of the trades' profit. */
  profit(): number {
    let total = 0
    for (let k = 0; k < this.length; k++) total += this.profitOf(k)
    return total
  }

  /** `size * (exit - entry) - fees - txCosts` of trade `k`, mirrored for a short. */
  profitOf(k: number): number {
    const { rows } = this
    const at = k * FIELDS
    const move = rows[at + 1]! * rows[at + 6]! * (rows[at + 5]! - rows[at + 4]!)
    return move - rows[at + 7]! - rows[at + 8]!
  }

  /** Profit of trade `k` by what its entry cost. */
  returnOf(k: number): number {
    const at = k * FIELDS
    return this.profitOf(k) / (this.rows[at + 6]! * this.rows[at + 4]!)
  }

  isAmbiguous(k: number): boolean {
    return this.rows[k * FIELDS + 14] === 1
  }

  /** The numbers of all trades, row by row; a view that stands until the log changes. */
  figures(): Float64Array {
    return this.rows.subarray(0, this.length * FIELDS)
  }

  /** The rows as plain numbers, for a session that is saved as JSON. */
  save(): number[] {
    return Array.from(this.rows.subarray(0, this.length * FIELDS))
  }

  restore(rows: readonly number[]): void {
    this.length = rows.length / FIELDS
    this.rows = new Float64Array(Math.max(64 * FIELDS, rows.length * 2))
    this.rows.set(rows)
  }

  private read(index: number, strategies: readonly string[]): Trade {
    const { rows } = this
    const at = index * FIELDS
    return {
      strategy: strategies[rows[at]!]!,
      side: rows[at + 1]! > 0 ? 'long' : 'short',
      entryTime: rows[at + 2]!,
      exitTime: rows[at + 3]!,
      entryPrice: rows[at + 4]!,
      exitPrice: rows[at + 5]!,
      size: rows[at + 6]!,
      pnl: this.profitOf(index),
      fees: rows[at + 7]!,
      txCosts: rows[at + 8]!,
      slippage: rows[at + 9]!,
      return: this.returnOf(index),
      candles: rows[at + 10]!,
      mae: rows[at + 11]!,
      mfe: rows[at + 12]!,
      exitReason: EXIT_REASONS[rows[at + 13]!]!,
      ambiguous: rows[at + 14] === 1,
    }
  }

  private grow(): void {
    const longer = new Float64Array(this.rows.length * 2)
    longer.set(this.rows)
    this.rows = longer
  }
}
