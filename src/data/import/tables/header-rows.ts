import { cleanText } from '../cells/clean-text.js'
import { hasPrices, looksLikeName, priceRolesOf } from '../cells/column-names.js'
import { looksLikeNumber } from '../cells/numbers.js'
import type { HeaderLevel, Row } from './table.js'

/** The names of a file's columns, and what stands in a second row of them. */
export interface Header {
  readonly header: readonly string[] | undefined
  readonly level?: HeaderLevel | undefined
  /** The market that the second row names for all columns. */
  readonly symbol?: string | undefined
}

/** Rows above the data that are looked through for a header. */
const PREAMBLE_MAX = 300

/** Finds the header: a row that names the four prices, or one of names above the first numbers. */
export function headerOf(
  rows: readonly Row[],
): Header & { readonly start: number; readonly proseEnd: number } {
  const near = rows.slice(0, PREAMBLE_MAX)
  const named = near.findIndex(row => hasPrices(row.cells))
  if (named >= 0) return namedHeader(rows, named)
  const start = firstDataIndex(near)
  const above = rows[start - 1]
  const isHeader = above !== undefined && above.cells.length >= 2 && above.cells.some(looksLikeName)
  if (!isHeader) return { header: undefined, start, proseEnd: start }
  return { header: namesOf(above.cells), start, proseEnd: start - 1 }
}

function namesOf(cells: readonly string[]): string[] {
  return cells.map((cell, i) => {
    const name = cleanText(cell)
    return i === 0 ? name.replace(/^#\s*/, '') : name
  })
}

/** A header with prices; a data frame may have rows for tickers and for its index beside it. */
function namedHeader(
  rows: readonly Row[],
  at: number,
): Header & { readonly start: number; readonly proseEnd: number } {
  const names = namesOf(rows[at]!.cells)
  let start = at + 1
  let values = isLevel(rows[at - 1], names) ? rows[at - 1]!.cells : undefined
  const proseEnd = values === undefined ? at : at - 1
  if (values === undefined && isLevel(rows[start], names)) values = rows[start++]!.cells
  const [first = '', ...others] = rows[start]?.cells ?? []
  if (first.trim() !== '' && looksLikeName(first) && others.length > 3 && others.every(isBlank)) {
    names[0] = cleanText(first)
    start++
  }
  return { ...levelled(names, values), start, proseEnd }
}

function isBlank(cell: string): boolean {
  return cell.trim() === ''
}

/** Whether a row holds a ticker for each price. */
function isLevel(row: Row | undefined, names: readonly string[]): boolean {
  if (row === undefined || row.cells.length !== names.length) return false
  const roles = priceRolesOf(names)
  const above = row.cells.filter((_, i) => roles[i] !== undefined)
  return (
    above.length >= 4 &&
    above.every(cell => looksLikeName(cell) && !looksLikeNumber(cell)) &&
    !hasPrices(row.cells) &&
    new Set(above).size <= above.length / 4
  )
}

function levelled(names: readonly string[], cells: readonly string[] | undefined): Header {
  if (cells === undefined) return { header: names }
  const values = cells.map((cell, i) => (i === 0 ? '' : cleanText(cell)))
  const distinct = [...new Set(values.filter(value => value !== ''))]
  if (distinct.length === 1) return { header: names, symbol: distinct[0] }
  const level = { name: cleanText(cells[0]!) || 'Ticker', values, names }
  return { header: names.map((n, i) => (values[i] === '' ? n : `${values[i]}:${n}`)), level }
}

/** The first row two cells of which are numbers: names and prose stand above it. */
function firstDataIndex(rows: readonly Row[]): number {
  const at = rows.findIndex(({ cells }) => {
    const numbers = cells.filter(cell => !isBlank(cell) && looksLikeNumber(cell))
    return numbers.length >= 2
  })
  return at < 0 ? 0 : at
}
