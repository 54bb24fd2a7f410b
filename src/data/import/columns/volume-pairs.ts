import type { PriceRole } from '../cells/price-roles.js'
import type { Row } from '../tables/table.js'

/** A ratio may leave the range of its candle by this much: both sides are rounded. */
const TOLERANCE = 0.02
/** The share of rows that must agree; writers change their ways half-way through a file. */
const AGREEING_MIN = 0.8

type Prices = Readonly<Record<PriceRole, number>>

/** Whether a column is money and another the coins it bought: their ratio is the price. */
export function givesPrice(
  rows: readonly Row[],
  prices: Prices,
  { quote, base }: { readonly quote: number; readonly base: number },
): boolean {
  let [agreeing, seen] = [0, 0]
  for (const { cells } of rows) {
    const [money, coins] = [Number(cells[quote] || NaN), Number(cells[base] || NaN)]
    if (!(money > 0) || !(coins > 0)) continue
    const [low, high] = [Number(cells[prices.low]), Number(cells[prices.high])]
    const ratio = money / coins
    if (ratio >= low * (1 - TOLERANCE) && ratio <= high * (1 + TOLERANCE)) agreeing++
    seen++
  }
  return seen > 0 && agreeing >= seen * AGREEING_MIN
}

/** Whether a column is 0 or empty in all rows. */
export function isSilent(rows: readonly Row[], column: number): boolean {
  return rows.every(({ cells }) => !(Number(cells[column] ?? 0) > 0))
}

/** Whether two columns hold the same numbers. */
export function areEqual(rows: readonly Row[], a: number, b: number): boolean {
  return rows.every(({ cells }) => Number(cells[a]) === Number(cells[b]))
}

/** Those of a list that some other column is the money of. */
export function coinsAmong(
  rows: readonly Row[],
  prices: Prices,
  list: readonly number[],
  others: readonly number[],
): number[] {
  return list.filter(base =>
    others.some(quote => quote !== base && givesPrice(rows, prices, { quote, base })),
  )
}
