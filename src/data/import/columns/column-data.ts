import { AppError } from '../../../core/errors.js'
import { timeframeMs } from '../../../core/candles/time.js'
import { quotesError, tradesError, type ColumnPlan } from './columns.js'
import { epochMillis, readEpoch, unitOf } from '../cells/epochs.js'
import type { ImportOptions } from '../tables/options.js'
import type { Table } from '../tables/table.js'
import { readTime } from '../cells/clock-times.js'
import { kindOf } from '../cells/time-kinds.js'

/** Rows that may break a rule which the others keep: some venues' closes leave the range. */
const EXCEPTIONS_MAX = 0.01
const ORDER_HINT =
  'name the columns in order, for example --columns time,open,high,low,close,volume ("-" passes over one)'

/**
 * Columns of a file without a header: times first, then four prices, the one that is never below
 * the others being the high and the one never above the low; open stands before close in every
 * order that venues use.
 * @throws AppError IMPORT_AMBIGUOUS where the data does not decide
 */
export function columnsByData(table: Table, options: ImportOptions): ColumnPlan {
  const rows = table.sample.map(row => row.cells)
  const width = Math.min(...rows.map(cells => cells.length))
  const time = timeColumns(table)
  const first = time.length
  if (width - first < 4) {
    if (width - first >= 1) throw tradesError(table.file)
    throw ambiguous(table, 'has too few columns for candles')
  }
  if (looksLikeQuotes(rows, first, width)) throw quotesError(table.file)
  const order = priceOrder(rows, first)
  if (order === undefined)
    throw ambiguous(
      table,
      'has no header, and its data does not show which column is the high and which the low',
    )
  const volume = volumeColumn(table, options, first + 4, width)
  const prices = {
    open: first + order.open,
    high: first + order.high,
    low: first + order.low,
    close: first + order.close,
  }
  const names = Object.entries(order).sort((a, b) => a[1] - b[1])
  return {
    time,
    ...prices,
    volume,
    volumeKind: volume === undefined ? 'unknown' : 'plain',
    notes: [`no header; the data shows the order ${names.map(([name]) => name).join(', ')}`],
  }
}

function ambiguous(table: Table, what: string): AppError {
  return new AppError('IMPORT_AMBIGUOUS', `"${table.file}" ${what}`, {
    hint: ORDER_HINT,
    data: { file: table.file },
  })
}

/** The first column, with the second where one holds dates and the other clocks. */
function timeColumns(table: Table): number[] {
  const cellsOf = (i: number): string[] => table.sample.map(({ cells }) => cells[i] ?? '')
  const kind = kindOf(cellsOf(0))
  if (kind === undefined) throw ambiguous(table, 'has no header, and its first column is no time')
  return kind === 'date' && kindOf(cellsOf(1)) === 'clock' ? [0, 1] : [0]
}

type Order = Readonly<Record<'open' | 'high' | 'low' | 'close', number>>

/** Positions of the four prices among the four columns from `first` on. */
function priceOrder(rows: readonly (readonly string[])[], first: number): Order | undefined {
  const four = rows
    .map(cells => cells.slice(first, first + 4).map(Number))
    .filter(prices => prices.every(Number.isFinite) && prices.some(price => price !== prices[0]))
  const always = (test: (price: number, prices: readonly number[]) => boolean): number[] =>
    [0, 1, 2, 3].filter(i => {
      const exceptions = four.filter(prices => !test(prices[i]!, prices)).length
      return exceptions <= four.length * EXCEPTIONS_MAX
    })
  const highs = always((price, prices) => price >= Math.max(...prices))
  const lows = always((price, prices) => price <= Math.min(...prices))
  const [high, low] = [highs[0], lows[0]]
  if (highs.length !== 1 || lows.length !== 1 || high === low) return undefined
  const [open, close] = [0, 1, 2, 3].filter(i => i !== high && i !== low)
  return { open: open!, high: high!, low: low!, close: close! }
}

/** Bid open, high, low, close and size, then the same of ask: LEAN's quote files. */
function looksLikeQuotes(
  rows: readonly (readonly string[])[],
  first: number,
  width: number,
): boolean {
  if (width - first !== 10) return false
  return rows.every(cells => {
    const [bid, ask] = [Number(cells[first]), Number(cells[first + 5])]
    return ask >= bid * 0.9 && ask <= bid * 1.1
  })
}

/** The column after the prices, where it is the last or the well-known kline layout follows. */
function volumeColumn(
  table: Table,
  options: ImportOptions,
  at: number,
  width: number,
): number | undefined {
  if (width === at) return undefined
  if (width === at + 1 || isKline(table, options, at + 1)) return at
  throw ambiguous(
    table,
    `has no header, and which of its columns from ${at + 1} to ${width} is the volume is not to be seen`,
  )
}

/** Whether a column holds the end of each candle, as in every venue's kline dump. */
function isKline(table: Table, options: ImportOptions, column: number): boolean {
  const step = timeframeMs(options.key.timeframe)
  const fits = table.sample.map(({ cells }) => {
    const [start, end] = [instantOf(cells[0]!), instantOf(cells[column] ?? '')]
    if (start === undefined || end === undefined) return undefined
    return Math.abs(end - start - step) <= 1000 || Math.abs(end - start - step) % 900_000 <= 1000
  })
  const known = fits.filter(fit => fit !== undefined)
  return known.length > 0 && known.every(Boolean)
}

function instantOf(text: string): number | undefined {
  const epoch = readEpoch(text)
  if (epoch !== undefined) return epochMillis(epoch.value, unitOf(epoch.value))
  const written = readTime(text, 'ymd')
  return written?.dayMs === undefined
    ? undefined
    : written.dayMs + (written.clockMs ?? 0) - (written.offsetMs ?? 0)
}
