import { assert } from '../assert.js'
import type { Fill } from './fill.js'
import { FillLog, type FillRow } from './fill-log.js'
import type { Position } from './position.js'
import { Tags } from './tags.js'
import { EXIT_REASONS, type Trade, type TradeFill } from './trade.js'

/** A fill of an open position, as plain JSON. */
export interface SavedFill extends Omit<FillRow, 'leg' | 'previous' | 'tag'> {
  /** Of the entry, the exit or the order; null for none. */
  readonly tag: string | null
}

const FIELDS = 18
/** Numbers of a row that a kernel writes; it has no tags, and one exit. */
const KERNEL_FIELDS = 15

/**
 * Trades as rows of doubles in one growing array, so that closing one allocates nothing.
 * Rows are written by `close` and read by `list`; both spell out the same order.
 */
export class TradeLog {
  length = 0
  readonly fills = new FillLog()
  readonly tags = new Tags()
  private rows: Float64Array = new Float64Array(64 * FIELDS)
  /** Index of the last fill of each trade; -1 where its two fills follow from its row. */
  private lastFills: Int32Array = new Int32Array(64)

  /** Writes the trade of a position whose last exit has been added to its sums. */
  close(leg: number, position: Position, exit: Fill): void {
    assert(position.quantity === 0, 'a trade is closed while something is held')
    assert(exit.index >= position.entryIndex, 'a trade is left before it was entered')
    if (this.length === this.lastFills.length) this.grow()
    const { rows } = this
    this.lastFills[this.length] = position.lastFill
    const at = this.length++ * FIELDS
    rows[at] = leg
    rows[at + 1] = position.side
    rows[at + 2] = position.entryTime
    rows[at + 3] = exit.time
    rows[at + 4] = position.averageEntry()
    rows[at + 5] = position.averageExit(exit.price)
    rows[at + 6] = position.entered
    rows[at + 7] = position.fees
    rows[at + 8] = position.txCosts
    rows[at + 9] = position.slippage
    rows[at + 10] = exit.index - position.entryIndex
    rows[at + 11] = position.worst
    rows[at + 12] = position.best
    rows[at + 13] = exit.reason
    rows[at + 14] = position.ambiguous ? 1 : 0
    rows[at + 15] = position.parts
    rows[at + 16] = this.tags.indexOf(position.entryTag)
    rows[at + 17] = this.tags.indexOf(exit.tag)
    assert(Number.isFinite(this.profitOf(this.length - 1)), 'the profit of a trade is not a number')
  }

  /** Writes a fill of a position whose last one is `previous`. @returns its index */
  note(leg: number, fill: Fill, previous: number): number {
    return this.fills.append(leg, fill, this.tags.indexOf(fill.tag), previous)
  }

  /** The fills of a position whose last one is `last`, from the first on. */
  linked(last: number): SavedFill[] {
    const fills: SavedFill[] = []
    for (let at = last; at >= 0;) {
      const { leg: _leg, previous, tag, ...row } = this.fills.read(at)
      fills.push({ ...row, tag: this.tags.nameOf(tag) })
      at = previous
    }
    return fills.reverse()
  }

  /** Writes fills that `linked` gave. @returns the index of the last; -1 for none */
  relink(leg: number, fills: readonly SavedFill[]): number {
    let last = -1
    for (const fill of fills) last = this.fills.append(leg, fill, this.tags.indexOf(fill.tag), last)
    return last
  }

  /** Appends `count` rows of a kernel, which have indices of candles for times. */
  append(figures: Float64Array, count: number, time: Float64Array): void {
    while (this.length + count > this.lastFills.length) this.grow()
    const { rows } = this
    const start = this.length * FIELDS
    for (let k = 0; k < count; k++) {
      this.lastFills[this.length++] = -1
      const at = start + k * FIELDS
      const from = k * KERNEL_FIELDS
      for (let n = 0; n < KERNEL_FIELDS; n++) rows[at + n] = figures[from + n]!
      rows[at + 15] = 1
      rows[at + 16] = -1
      rows[at + 17] = -1
    }
    // A loop of their own: the times are far apart, and the processor fetches those of many trades at once.
    for (let at = start; at < start + count * FIELDS; at += FIELDS) {
      rows[at + 2] = time[rows[at + 2]!]!
      rows[at + 3] = time[rows[at + 3]!]!
    }
  }

  /** Forgets all trades; the room for them stays. */
  clear(): void {
    this.length = 0
    this.fills.clear()
    this.tags.clear()
  }

  /** Puts trades in the order in which they are listed: by the time of the exit, then by leg. */
  putInOrder(): void {
    const { rows, lastFills, length } = this
    const order = this.listed()
    const sorted = new Float64Array(length * FIELDS)
    const links = new Int32Array(length)
    for (let k = 0; k < length; k++) {
      const from = order[k]! * FIELDS
      for (let n = 0; n < FIELDS; n++) sorted[k * FIELDS + n] = rows[from + n]!
      links[k] = lastFills[order[k]!]!
    }
    rows.set(sorted)
    lastFills.set(links)
  }

  /**
   * The trades as objects, oldest exit first. `strategies` names the legs by index; `feeRate` is that
   * of the fills that a kernel made.
   */
  list(strategies: readonly string[], feeRate: number, since = 0): Trade[] {
    return Array.from({ length: this.length - since }, (_, k) =>
      this.read(k + since, strategies, feeRate),
    )
  }

  /** Index of the leg of trade `k`. */
  legOf(k: number): number {
    return this.rows[k * FIELDS]!
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

  /** Profit of trade `k` by what its entries cost. */
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

  /** Trades by their places in the list. They were closed in nearly this order, so that few have to move. */
  private listed(): Int32Array {
    const order = Int32Array.from({ length: this.length }, (_, k) => k)
    for (let k = 1; k < order.length; k++) {
      const trade = order[k]!
      let at = k
      for (; at > 0 && this.isListedBefore(trade, order[at - 1]!); at--) order[at] = order[at - 1]!
      order[at] = trade
    }
    return order
  }

  private isListedBefore(a: number, b: number): boolean {
    const { rows } = this
    const time = rows[a * FIELDS + 3]! - rows[b * FIELDS + 3]!
    return time < 0 || (time === 0 && rows[a * FIELDS]! < rows[b * FIELDS]!)
  }

  private read(index: number, strategies: readonly string[], feeRate: number): Trade {
    const { rows, tags } = this
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
      entryTag: tags.nameOf(rows[at + 16]!),
      exitTag: tags.nameOf(rows[at + 17]!),
      parts: rows[at + 15]!,
      fills: this.fillsOf(index, feeRate),
    }
  }

  private fillsOf(k: number, feeRate: number): TradeFill[] {
    let at = this.lastFills[k]!
    if (at < 0) return this.plainFills(k, feeRate)
    const fills: TradeFill[] = []
    while (at >= 0) {
      const row = this.fills.read(at)
      const { time, size, price, fee } = row
      const reason = EXIT_REASONS[row.reason]!
      const tag = this.tags.nameOf(row.tag)
      fills.push({ time, side: row.side > 0 ? 'buy' : 'sell', size, price, fee, reason, tag })
      at = row.previous
    }
    return fills.reverse()
  }

  /** The entry and the exit of a trade that has no others, as a kernel makes it. */
  private plainFills(k: number, feeRate: number): TradeFill[] {
    const { rows } = this
    const at = k * FIELDS
    const size = rows[at + 6]!
    const [entry, exit] = [rows[at + 4]!, rows[at + 5]!]
    const isLong = rows[at + 1]! > 0
    const plain = { size, tag: null }
    return [
      {
        ...plain,
        time: rows[at + 2]!,
        side: isLong ? 'buy' : 'sell',
        price: entry,
        fee: feeRate * entry * size,
        reason: 'signal',
      },
      {
        ...plain,
        time: rows[at + 3]!,
        side: isLong ? 'sell' : 'buy',
        price: exit,
        fee: feeRate * exit * size,
        reason: EXIT_REASONS[rows[at + 13]!]!,
      },
    ]
  }

  private grow(): void {
    const longer = new Float64Array(this.rows.length * 2)
    longer.set(this.rows)
    this.rows = longer
    const links = new Int32Array(this.lastFills.length * 2)
    links.set(this.lastFills)
    this.lastFills = links
  }
}
