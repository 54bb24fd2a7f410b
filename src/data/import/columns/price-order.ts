import type { PriceRole } from '../cells/price-roles.js'
import type { Row } from '../tables/table.js'

/** Rows that may break a rule which the others keep: some venues' closes leave the range. */
const EXCEPTIONS_MAX = 0.01
/** From so many rows on one may always. */
const ROWS_FOR_ONE = 10
/** How much further the opens of the next best order lie from the closes before them, at least. */
const CLEARER_MIN = 1.5
/** Or how many standard deviations more of them lie further than chance would have it. */
const SIGNS_MIN = 3.5
/** No market's candles have a median high at this multiple of the low; a volume does. */
const SPREAD_MAX = 3

/** Which columns hold the prices, and how well the open follows the close before. */
export interface PriceOrder extends Readonly<Record<PriceRole, number>> {
  /** Mean distance of an open from the close before it, as a share of the price. */
  readonly gap: number
  /** All of them. */
  readonly gaps: Float64Array
  /** Mean distance from the low to the high, as a share of the price. */
  readonly spread: number
}

/** The orders that the data allows, the best first; whether the first stands out. */
export interface PriceOrders {
  readonly orders: readonly PriceOrder[]
  readonly isClear: boolean
}

/**
 * Orders of four neighbouring columns in which the high is never below the others and the low
 * never above, but for a few rows, ranked by how near opens lie to the closes before them.
 * @param rows in ascending order of time
 */
export function priceOrders(rows: readonly Row[], columns: readonly number[]): PriceOrders {
  const orders: PriceOrder[] = []
  for (let i = 0; i + 4 <= columns.length; i++) {
    orders.push(...ordersOf(rows, columns.slice(i, i + 4)))
  }
  // A high and a low lie close around the open and close; a volume that passes for one does not.
  const tight = orders.filter(order => !orders.some(other => isWithin(other, order)))
  tight.sort((a, b) => a.gap - b.gap)
  return { orders: tight, isClear: isClear(tight[0], tight[1]) }
}

/** Whether an order has the same open and close, and clearly the nearer high and low. */
function isWithin(a: PriceOrder, b: PriceOrder): boolean {
  return a.open === b.open && a.close === b.close && a.spread * CLEARER_MIN < b.spread
}

function isClear(best: PriceOrder | undefined, next: PriceOrder | undefined): boolean {
  if (best === undefined || Number.isNaN(best.gap)) return false
  return next === undefined || next.gap > best.gap * CLEARER_MIN || signs(best, next) > SIGNS_MIN
}

/** The sign test: https://en.wikipedia.org/wiki/Sign_test */
function signs(best: PriceOrder, next: PriceOrder): number {
  let [nearer, further] = [0, 0]
  best.gaps.forEach((gap, i) => {
    const other = next.gaps[i] ?? gap
    if (gap < other - 1e-12) nearer++
    if (gap > other + 1e-12) further++
  })
  return (nearer - further) / Math.sqrt(Math.max(1, nearer + further))
}

function ordersOf(rows: readonly Row[], four: readonly number[]): PriceOrder[] {
  const prices = rows
    .map(({ cells }) => four.map(i => Number(cells[i] || NaN)))
    .filter(row => row.every(price => price > 0 && price < Infinity))
  if (prices.length === 0 || prices.length < rows.length / 2) return []
  const moving = prices.filter(row => row.some(price => price !== row[0]))
  const most = moving.length * EXCEPTIONS_MAX
  const allowed = moving.length >= ROWS_FOR_ONE ? Math.max(1, most) : 0
  const always = (test: (price: number, row: readonly number[]) => boolean): number[] =>
    [0, 1, 2, 3].filter(i => {
      const exceptions = moving.filter(row => !test(row[i]!, row)).length
      return exceptions <= allowed
    })
  const highs = always((price, row) => price >= Math.max(...row))
  const lows = always((price, row) => price <= Math.min(...row))
  if (moving.length === 0) return []
  return highs.flatMap(high =>
    lows
      .filter(low => low !== high && isSpreadSmall(moving, high, low))
      .flatMap(low => {
        const [a, b] = [0, 1, 2, 3].filter(i => i !== high && i !== low) as [number, number]
        return [
          [a, b],
          [b, a],
        ].map(([open, close]) => {
          const gaps = gapsOf(prices, open!, close!)
          const gap = gaps.length === 0 ? NaN : gaps.reduce((x, y) => x + y, 0) / gaps.length
          const [o, c] = [four[open!]!, four[close!]!]
          const spread = meanSpread(moving, high, low)
          return { open: o, high: four[high]!, low: four[low]!, close: c, gap, gaps, spread }
        })
      }),
  )
}

function isSpreadSmall(rows: readonly (readonly number[])[], high: number, low: number): boolean {
  const wide = rows.filter(row => row[high]! > row[low]! * SPREAD_MAX).length
  return wide < rows.length / 2
}

function meanSpread(rows: readonly (readonly number[])[], high: number, low: number): number {
  const sum = rows.reduce((total, row) => total + Math.log(row[high]! / row[low]!), 0)
  return sum / rows.length
}

/** None for a single row, which has none before it. */
function gapsOf(rows: readonly (readonly number[])[], open: number, close: number): Float64Array {
  const gaps = new Float64Array(Math.max(0, rows.length - 1))
  for (let i = 1; i < rows.length; i++) {
    gaps[i - 1] = Math.abs(Math.log(rows[i]![open]! / rows[i - 1]![close]!))
  }
  return gaps
}

/** `open, high, low, close`, by where they stand. */
export function orderText(order: PriceOrder): string {
  return (['open', 'high', 'low', 'close'] as const)
    .slice()
    .sort((a, b) => order[a] - order[b])
    .join(', ')
}
