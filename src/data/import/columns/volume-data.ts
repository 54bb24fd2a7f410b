import { AppError } from '../../../core/errors.js'
import type { Row, Table } from '../tables/table.js'
import type { VolumePlan } from './columns.js'
import type { PriceOrder } from './price-order.js'
import { areEqual, givesPrice, isSilent } from './volume-pairs.js'

/** What shows in the data beside the order of the prices. */
interface Shown {
  /** The column after the volume holds the end of the candle, as in the dumps of all venues. */
  readonly hasCloseTime: boolean
  /** The user says that the volume counts money. */
  readonly isMoney: boolean
}

/**
 * The volume among the columns that are not prices: the coins of a pair whose ratio is the price,
 * or the only one that can be. Gate.io's order has the money first.
 * @throws AppError IMPORT_AMBIGUOUS
 */
export function volumeByData(
  table: Table,
  order: PriceOrder,
  rest: readonly number[],
  { hasCloseTime, isMoney }: Shown,
): VolumePlan {
  const kind = isMoney ? 'quote' : 'plain'
  if (hasCloseTime && rest.includes(order.close + 1))
    return beforeCloseTime(table, order, rest, kind)
  const rows = table.sample
  const candidates = rest.filter(i => !isPriceLike(rows, order, i) && !isFlag(rows, i))
  if (isGate(order, candidates)) return ofGate(table, order, candidates, isMoney)
  const pair = pairAmong(rows, order, candidates)
  if (pair !== undefined) return pair
  const counted = candidates.filter(i => !isCount(rows, i, candidates))
  const live = counted.filter(i => !isSilent(rows, i) && !isConstant(rows, i))
  const left = live.length === 0 ? counted.slice(0, 1) : live
  if (left.length === 0) return { volume: undefined, volumeKind: 'unknown', notes: [] }
  if (left.length > 1) throw severalColumns(table, left)
  if (!isMoney && looksLikeGecko(table, order)) throw unclearUnit(table)
  return { volume: left[0], volumeKind: kind, notes: [] }
}

function beforeCloseTime(
  table: Table,
  order: PriceOrder,
  rest: readonly number[],
  kind: 'quote' | 'plain',
): VolumePlan {
  const [base, quote] = [order.close + 1, order.close + 3]
  const isReversed =
    rest.includes(quote) &&
    givesPrice(table.sample, order, { quote: base, base: quote }) &&
    !givesPrice(table.sample, order, { quote, base })
  if (isReversed) throw severalColumns(table, [base, quote])
  return { volume: base, volumeKind: kind, notes: [] }
}

/** A weighted average of prices lies within its candle. */
function isPriceLike(rows: readonly Row[], { low, high }: PriceOrder, column: number): boolean {
  const filled = rows.filter(({ cells }) => Number(cells[column]) > 0)
  const inside = filled.filter(({ cells }) => {
    const value = Number(cells[column])
    return value >= Number(cells[low]) * 0.999 && value <= Number(cells[high]) * 1.001
  })
  return filled.length > 0 && inside.length >= filled.length * 0.95
}

/** One number throughout, such as the length of a candle. */
function isConstant(rows: readonly Row[], column: number): boolean {
  return rows.length > 2 && rows.every(({ cells }) => cells[column] === rows[0]!.cells[column])
}

/** 0 and 1, where both occur. */
function isFlag(rows: readonly Row[], column: number): boolean {
  const values = new Set(rows.map(({ cells }) => cells[column]))
  return values.size === 2 && values.has('0') && values.has('1')
}

/** Whole numbers beside a column of fractions count trades. */
function isCount(rows: readonly Row[], column: number, all: readonly number[]): boolean {
  const isWhole = (i: number): boolean =>
    rows.every(({ cells }) => Number.isInteger(Number(cells[i] ?? 0)))
  return isWhole(column) && all.some(other => other < column && !isWhole(other))
}

function isGate({ open, high, low, close }: PriceOrder, rest: readonly number[]): boolean {
  return close < high && high < low && low < open && rest.includes(close - 1)
}

function ofGate(
  table: Table,
  order: PriceOrder,
  rest: readonly number[],
  isMoney: boolean,
): VolumePlan {
  const [quote, base] = [order.close - 1, order.open + 1]
  if (rest.includes(base) && givesPrice(table.sample, order, { quote, base }))
    return { volume: base, volumeKind: 'base', notes: [] }
  if (isMoney) return { volume: quote, volumeKind: 'quote', notes: [] }
  throw new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}" is in the order of Gate.io (quote volume, close, high, low, open) and has no base volume`,
    {
      hint: 'repeat with --quote-volume to convert the money: coins = money / close',
      data: { file: table.file },
    },
  )
}

/** The coins of the first pair of columns whose ratio is the price. */
function pairAmong(
  rows: readonly Row[],
  order: PriceOrder,
  candidates: readonly number[],
): VolumePlan | undefined {
  const pairs = candidates.flatMap(base =>
    candidates
      .filter(quote => quote !== base && givesPrice(rows, order, { quote, base }))
      .map(quote => ({ base, quote })),
  )
  const [first] = pairs
  if (first === undefined || !pairs.every(({ base }) => areEqual(rows, base, first.base)))
    return undefined
  return {
    volume: first.base,
    volumeKind: 'base',
    notes: [`column ${first.quote + 1} divided by column ${first.base + 1} gives the price`],
  }
}

/** A bare list in seconds, newest first, in the order that GeckoTerminal gives. */
function looksLikeGecko(
  { isBareList, sample }: Table,
  { open, high, low, close }: PriceOrder,
): boolean {
  const times = [sample[0], sample[sample.length - 1]].map(row => Number(row?.cells[0]))
  const isSeconds = times[0]! > 1e8 && times[0]! < 1e11
  const isInOrder = open === 1 && high === 2 && low === 3 && close === 4
  return isBareList === true && isSeconds && times[0]! > times[1]! && isInOrder
}

function unclearUnit(table: Table): AppError {
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}" is a bare list as GeckoTerminal gives, whose volume counts dollars; it does not say whether it is one`,
    {
      hint: 'say what the volume counts: --quote-volume for money, --columns time,open,high,low,close,volume for coins',
      data: { file: table.file },
    },
  )
}

function severalColumns(table: Table, columns: readonly number[]): AppError {
  const list = columns.map(i => i + 1).join(', ')
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}" has no header, and which of its columns ${list} is the volume does not show`,
    {
      hint: 'name the columns in order, for example --columns time,open,high,low,close,volume ("-" skips one)',
      data: { file: table.file },
    },
  )
}
