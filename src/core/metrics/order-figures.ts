import type { FillLog, FillRow } from '../account/fill-log.js'
import type { Refusal } from '../account/refusal.js'
import { EXIT_REASONS } from '../account/trade.js'
import type { Candles } from '../candles/candles.js'
import type { LegCounts } from '../trading/leg-counts.js'

/** What a run with resting orders says of them. Null where there is nothing to measure. */
export interface OrderFigures {
  /** Orders that were asked for, those refused included. */
  readonly placed: number
  /** Orders that filled whole. */
  readonly filled: number
  /** Orders that were cancelled, by the strategy or by a rule. */
  readonly cancelled: number
  /** Orders whose time was over. */
  readonly expired: number
  /** Orders that a rule has refused, at once or when they would have filled. */
  readonly refused: number
  /** The same by reason. */
  readonly refusedBy: Readonly<Partial<Record<Refusal, number>>>
  /** Fills of resting buys. */
  readonly buyFills: number
  /** Fills of resting sells. */
  readonly sellFills: number
  /** Share of the filled value that waited in the book and paid the maker fee. */
  readonly makerShare: number | null
  /** Mean sell price less mean buy price by the middle of the two, legs weighted by matched value. */
  readonly spreadCapturedBps: number | null
  /** Mean value of what is held, either side, over all closes, quote currency. */
  readonly inventoryMean: number
  /** Largest value of what is held, either side, at any close, quote currency. */
  readonly inventoryLargest: number
  /** What the price did in favour of maker fills by the next close, weighted by quantity. */
  readonly markout1Bps: number | null
  /** The same by the fifth close. */
  readonly markout5Bps: number | null
  /** The same by the twentieth close. */
  readonly markout20Bps: number | null
  /** Share of closes with a buy and a sell resting. */
  readonly quotingShare: number
}

/** One leg of a run that has ended. */
interface OrderedLeg {
  /** Its index in the fill log. */
  readonly index: number
  readonly counts: LegCounts
  readonly market: {
    readonly candles: Candles
    /** Index of the first candle of the run. */
    readonly first: number
  }
}

const ORDER = EXIT_REASONS.indexOf('order')
const END_OF_DATA = EXIT_REASONS.indexOf('end_of_data')
const BPS = 10_000

/** The figures of these legs together; null where none of them has placed an order. */
export function measureOrders(legs: readonly OrderedLeg[], fills: FillLog): OrderFigures | null {
  const total = (read: (counts: LegCounts) => number): number =>
    legs.reduce((sum, { counts }) => sum + read(counts), 0)
  if (total(({ ordersPlaced }) => ordersPlaced) === 0) return null
  const rows = rowsByLeg(legs, fills)
  const own = rows.map(leg => leg.filter(({ reason }) => reason === ORDER))
  const all = own.flat()
  return {
    placed: total(({ ordersPlaced }) => ordersPlaced),
    filled: total(({ ordersFilled }) => ordersFilled),
    cancelled: total(({ ordersCancelled }) => ordersCancelled),
    expired: total(({ ordersExpired }) => ordersExpired),
    refused: total(({ ordersRefused }) => ordersRefused),
    refusedBy: refusalsOf(legs),
    buyFills: all.filter(({ side }) => side > 0).length,
    sellFills: all.filter(({ side }) => side < 0).length,
    makerShare: ratio(valueOf(all.filter(({ isMaker }) => isMaker)), valueOf(all)),
    spreadCapturedBps: spreadOf(own),
    ...inventoryOf(legs, rows),
    markout1Bps: markoutOf(legs, own, 1),
    markout5Bps: markoutOf(legs, own, 5),
    markout20Bps: markoutOf(legs, own, 20),
    quotingShare:
      total(({ quotingCloses }) => quotingCloses) /
      legs.reduce((sum, { market }) => sum + market.candles.length - market.first, 0),
  }
}

function rowsByLeg(legs: readonly OrderedLeg[], fills: FillLog): readonly FillRow[][] {
  const places = new Map(legs.map(({ index }, k) => [index, k]))
  const rows: FillRow[][] = legs.map(() => [])
  for (let k = 0; k < fills.length; k++) {
    const row = fills.read(k)
    const place = places.get(row.leg)
    if (place !== undefined) rows[place]!.push(row)
  }
  return rows
}

function refusalsOf(legs: readonly OrderedLeg[]): OrderFigures['refusedBy'] {
  const refused: Partial<Record<Refusal, number>> = {}
  for (const { counts } of legs) {
    for (const [reason, count] of Object.entries(counts.ordersRefusedBy)) {
      refused[reason as Refusal] = (refused[reason as Refusal] ?? 0) + count
    }
  }
  return refused
}

function valueOf(rows: readonly FillRow[]): number {
  return rows.reduce((sum, { size, price }) => sum + size * price, 0)
}

function sizeOf(rows: readonly FillRow[]): number {
  return rows.reduce((sum, { size }) => sum + size, 0)
}

/** The spread of each leg that has bought and sold, weighted by the value that it has matched. */
function spreadOf(own: readonly (readonly FillRow[])[]): number | null {
  let [sum, weight] = [0, 0]
  for (const rows of own) {
    const bought = rows.filter(({ side }) => side > 0)
    const sold = rows.filter(({ side }) => side < 0)
    const matched = Math.min(sizeOf(bought), sizeOf(sold))
    if (matched === 0) continue
    const buy = valueOf(bought) / sizeOf(bought)
    const sell = valueOf(sold) / sizeOf(sold)
    const middle = (sell + buy) / 2
    sum += ((sell - buy) / middle) * matched * middle
    weight += matched * middle
  }
  return weight === 0 ? null : (sum / weight) * BPS
}

/** `side x (C[i + k] - P) / P` of maker fills; those without a candle `i + k` are left out. */
function markoutOf(
  legs: readonly OrderedLeg[],
  own: readonly (readonly FillRow[])[],
  closes: number,
): number | null {
  let [sum, weight] = [0, 0]
  own.forEach((rows, n) => {
    const { candles } = legs[n]!.market
    for (const { index, side, size, price, isMaker } of rows) {
      if (!isMaker || index + closes >= candles.length) continue
      sum += (size * side * (candles.close[index + closes]! - price)) / price
      weight += size
    }
  })
  return weight === 0 ? null : (sum / weight) * BPS
}

/** What was held at each close; legs that are closed at the end of the data still hold at its last close. */
function inventoryOf(
  legs: readonly OrderedLeg[],
  rows: readonly (readonly FillRow[])[],
): Pick<OrderFigures, 'inventoryMean' | 'inventoryLargest'> {
  let [sum, count, largest] = [0, 0, 0]
  legs.forEach(({ market: { candles, first } }, n) => {
    const own = rows[n]!
    let [next, quantity] = [0, 0]
    for (let i = first; i < candles.length; i++) {
      for (; next < own.length && own[next]!.index <= i; next++) {
        const { side, size, reason } = own[next]!
        if (reason !== END_OF_DATA) quantity += side * size
      }
      const value = Math.abs(quantity) * candles.close[i]!
      sum += value
      largest = Math.max(largest, value)
    }
    count += candles.length - first
  })
  return { inventoryMean: sum / count, inventoryLargest: largest }
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
