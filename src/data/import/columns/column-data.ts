import { AppError } from '../../../core/errors.js'
import { bucketOpen } from '../../../core/candles/resample.js'
import { DAY_MS, timeframeMs } from '../../../core/candles/time.js'
import { type ColumnPlan, quotesError, tradesError } from './columns.js'
import { epochMillis, readEpoch, unitOf } from '../cells/epochs.js'
import type { ImportOptions } from '../tables/options.js'
import { cellsOf, type Row, type Table } from '../tables/table.js'
import { readTime } from '../cells/clock-times.js'
import {
  areEpochs,
  areSerials,
  clockDigitsOf,
  isRunningIndex,
  kindOf,
} from '../cells/time-kinds.js'
import { orderText, priceOrders, type PriceOrder } from './price-order.js'
import { volumeByData } from './volume-data.js'

/**
 * Columns of a file without a header. The first column of times; then four neighbours of which one
 * is never below the others and one never above, and whose opens follow the closes before them.
 * @throws AppError IMPORT_AMBIGUOUS where the data does not decide
 */
export function columnsByData(table: Table, options: ImportOptions): ColumnPlan {
  const width = Math.min(...table.sample.map(({ cells }) => cells.length))
  const time = timeColumns(table, width, options)
  const numbers = numberColumns(table, width, time)
  requireFour(table, width, time, numbers)
  const rows = inTime(table.sample, time[0]!)
  const { orders, isClear } = priceOrders(rows, numbers)
  const [order] = orders
  if (order === undefined)
    throw ambiguous(
      table,
      'has no header, and its data does not show which column is the high and which the low',
      [],
    )
  if (!isClear) throw unclearOrder(table, orders, width, time)
  const { open, high, low, close } = order
  const rest = numbers.filter(i => ![open, high, low, close].includes(i))
  const volume = volumeByData(table, order, rest, {
    hasCloseTime: isKline(table, options, close + 2, time[0]!),
    isMoney: options.quoteVolume === true,
  })
  return {
    time,
    ...{ open, high, low, close },
    ...volume,
    notes: [`no header; the data shows the order ${orderText(order)}`, ...volume.notes],
  }
}

function requireFour(
  table: Table,
  width: number,
  time: readonly number[],
  numbers: readonly number[],
): void {
  const left = width - time.length
  if (left < 4 && left >= 1) throw tradesError(table.file)
  if (numbers.length < 4) throw ambiguous(table, 'has too few columns of numbers for candles', [])
  if (looksLikeQuotes(table.sample, time.length, width)) throw quotesError(table.file)
}

function ambiguous(table: Table, what: string, choices: readonly string[]): AppError {
  const example = choices.length > 0 ? choices : ['--columns time,open,high,low,close,volume']
  return new AppError('IMPORT_AMBIGUOUS', `"${table.file}" ${what}`, {
    hint: `name the columns in order, for example ${example.join(' or ')} ("-" skips one)`,
    data: { file: table.file },
  })
}

/** Names the orders that are possible, as `--columns` takes them. */
function unclearOrder(
  table: Table,
  orders: readonly PriceOrder[],
  width: number,
  time: readonly number[],
): AppError {
  const near = orders.slice(0, 4)
  const choices = near.slice(0, 2).map(order => {
    const names = Array.from({ length: width }, (_, i): string => {
      if (i === time[0]) return time.length === 2 ? 'date' : 'time'
      if (i === time[1]) return 'clock'
      return (['open', 'high', 'low', 'close'] as const).find(role => order[role] === i) ?? '-'
    })
    return `--columns ${names.join(',')}`
  })
  return ambiguous(
    table,
    `has no header, and its data allows several orders of its prices: ${near.map(orderText).join('; ')}`,
    choices,
  )
}

/** The first column of times, with the next where one holds dates and the other clocks. */
function timeColumns(table: Table, width: number, options: ImportOptions): number[] {
  const step = timeframeMs(options.key.timeframe)
  const all = Array.from({ length: width }, (_, i) => cellsOf(table, i))
  const kinds = all.map(cells =>
    isRunningIndex(cells) && !areEpochs(cells) ? undefined : kindOf(cells),
  )
  const isWhole = (i: number): boolean =>
    kinds[i] === 'epoch'
      ? areEpochs(all[i]!) || areSerials(all[i]!, step / DAY_MS)
      : kinds[i] !== undefined && kinds[i] !== 'clock'
  const whole = all.flatMap((_, i) => (isWhole(i) ? [i] : []))
  const onGrid = whole.find(
    i => kinds[i] !== 'epoch' || all[i]!.every(cell => isOnGrid(cell, step)),
  )
  const found = onGrid ?? whole[0] ?? -1
  // Milliseconds since midnight are small, and stand in the first column.
  const first = found < 0 && kinds[0] === 'epoch' ? 0 : found
  if (first < 0) throw ambiguous(table, 'has no header, and no column of times', [])
  const next = all[first + 1]
  if (kinds[first] !== 'date' || next === undefined) return [first]
  const isClock =
    kindOf(next) === 'clock' || (clockDigitsOf(next, step) !== undefined && isPadded(next))
  return isClock ? [first, first + 1] : [first]
}

/** Other epochs of a row are those of its last trade, or of its close. */
function isOnGrid(cell: string, step: number): boolean {
  const time = instantOf(cell)
  return time !== undefined && bucketOpen(time, step) === time
}

/** Clocks of digits without a header show by their width: all of four or six digits. */
function isPadded(cells: readonly string[]): boolean {
  return cells.every(cell => /^(\d{4}|\d{6})$/.test(cell) && cell.length === cells[0]!.length)
}

/** Columns most filled cells of which are numbers; a running index before the time is none. */
function numberColumns(table: Table, width: number, time: readonly number[]): number[] {
  return Array.from({ length: width }, (_, i) => i).filter(i => {
    if (time.includes(i)) return false
    const filled = cellsOf(table, i).filter(cell => cell !== '')
    const numbers = filled.filter(cell => Number.isFinite(Number(cell)))
    const isIndex = i < time[0]! && isRunningIndex(filled)
    return numbers.length > 0 && numbers.length >= filled.length / 2 && !isIndex
  })
}

/** Rows in ascending order of time, where their times can be told. */
function inTime(rows: readonly Row[], time: number): readonly Row[] {
  const times = rows.map(({ cells }) => instantOf(cells[time] ?? ''))
  const known = times.filter(t => t !== undefined)
  if (known.length < rows.length) {
    return known.length > 1 && known[0]! > known[known.length - 1]! ? [...rows].reverse() : rows
  }
  return rows
    .map((row, i) => ({ row, i }))
    .sort((a, b) => times[a.i]! - times[b.i]! || a.i - b.i)
    .map(({ row }) => row)
}

/** Bid open, high, low, close and size, then the same of ask: LEAN's quote files. */
function looksLikeQuotes(rows: readonly Row[], first: number, width: number): boolean {
  if (width - first !== 10) return false
  return rows.every(({ cells }) => {
    const [bid, ask] = [Number(cells[first]), Number(cells[first + 5])]
    return ask >= bid * 0.9 && ask <= bid * 1.1
  })
}

/** Whether a column holds the end of each candle, as in every venue's kline dump. */
function isKline(table: Table, options: ImportOptions, column: number, time: number): boolean {
  const step = timeframeMs(options.key.timeframe)
  const fits = table.sample.map(({ cells }) => {
    const [start, end] = [instantOf(cells[time]!), instantOf(cells[column] ?? '')]
    if (start === undefined || end === undefined) return undefined
    return Math.abs(end - start - step) <= 1000 || Math.abs(end - start - step) % 900_000 <= 1000
  })
  const known = fits.filter(fit => fit !== undefined)
  return known.length > 0 && known.every(Boolean)
}

function instantOf(text: string): number | undefined {
  const epoch = readEpoch(text.trim())
  if (epoch !== undefined) return epochMillis(epoch.value, unitOf(epoch.value))
  const written = readTime(text.trim(), 'ymd') ?? readTime(text.trim(), 'dmy')
  return written?.dayMs === undefined
    ? undefined
    : written.dayMs + (written.clockMs ?? 0) - (written.offsetMs ?? 0)
}
