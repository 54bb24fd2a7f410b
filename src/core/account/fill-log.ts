import type { Fill } from './fill.js'

const FIELDS = 11

/** Every fill of a run as a row of doubles. The fills of one position are linked from the last back to the first. */
export class FillLog {
  length = 0
  private rows: Float64Array = new Float64Array(64 * FIELDS)

  /** `tag` is an index into the tags of the run. @returns the row's index, which the next fill of the position names as `previous` */
  append(leg: number, fill: LoggedFill, tag: number, previous: number): number {
    if ((this.length + 1) * FIELDS > this.rows.length) this.grow()
    const { rows } = this
    const at = this.length * FIELDS
    rows[at] = leg
    rows[at + 1] = fill.time
    rows[at + 2] = fill.index
    rows[at + 3] = fill.side
    rows[at + 4] = fill.size
    rows[at + 5] = fill.price
    rows[at + 6] = fill.fee
    rows[at + 7] = fill.reason
    rows[at + 8] = tag
    rows[at + 9] = fill.isMaker ? 1 : 0
    rows[at + 10] = previous
    return this.length++
  }

  /** Forgets all fills; the room for them stays. */
  clear(): void {
    this.length = 0
  }

  read(k: number): FillRow {
    const { rows } = this
    const at = k * FIELDS
    return {
      leg: rows[at]!,
      time: rows[at + 1]!,
      index: rows[at + 2]!,
      side: rows[at + 3]!,
      size: rows[at + 4]!,
      price: rows[at + 5]!,
      fee: rows[at + 6]!,
      reason: rows[at + 7]!,
      tag: rows[at + 8]!,
      isMaker: rows[at + 9] === 1,
      previous: rows[at + 10]!,
    }
  }

  private grow(): void {
    const longer = new Float64Array(this.rows.length * 2)
    longer.set(this.rows)
    this.rows = longer
  }
}

/** What of a fill is logged. */
type LoggedFill = Pick<
  Fill,
  'time' | 'index' | 'side' | 'size' | 'price' | 'fee' | 'reason' | 'isMaker'
>

/** A fill as numbers: `reason` and `tag` are indices, `side` is 1 or -1, `previous` is -1 for the first of a position. */
export interface FillRow {
  /** Index of the leg. */
  readonly leg: number
  /** When it happened: open time of its candle, or as a venue says, UTC milliseconds. */
  readonly time: number
  /** Index of its candle. */
  readonly index: number
  /** 1 buys, -1 sells. */
  readonly side: number
  /** Base units, above 0. */
  readonly size: number
  /** Fill price, slippage included, quote a base unit. */
  readonly price: number
  /** Quote currency. */
  readonly fee: number
  /** Index into EXIT_REASONS. */
  readonly reason: number
  /** Index into the tags of the run; -1 for none. */
  readonly tag: number
  /** Whether it waited in the book and was met there. */
  readonly isMaker: boolean
  /** Row of the fill of the position before it; -1 for the first. */
  readonly previous: number
}
