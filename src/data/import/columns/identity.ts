import { AppError } from '../../../core/errors.js'
import { timeframeMs, timeframeName } from '../../../core/candles/time.js'
import { looksLikeName, plainName } from '../cells/column-names.js'
import { intervalsOf } from '../cells/intervals.js'
import { isMoney, likenessOf, pairOf } from '../cells/markets.js'
import type { ImportOptions } from '../tables/options.js'
import { conditionsOf, isConditionOn } from '../tables/row-filter.js'
import type { Table } from '../tables/table.js'
import { otherColumns, type ColumnPlan } from './columns.js'

/** A column that must hold one value in all rows: the market, the interval. */
export interface SteadyColumn {
  readonly index: number
  readonly name: string
}

/** What the rows of a file say of the market and the timeframe that they belong to. */
export interface Identity {
  readonly steady: readonly SteadyColumn[]
  readonly notes: readonly string[]
  /** The market that the file names, where it is another in the same dollars. */
  readonly nearly?: string | undefined
}

const MARKETS =
  /^(symbol|symbols|ticker|tickers|pair|pairs|tradingpair|currencypair|instrument|instrumentid|instrumentname|instid|product|productid|contract|contractcode|tic|seccode|secid|symbolid|market|s)$/
const COINS = /^(base|basecurrency|baseasset|basecoin|coin|asset|crypto)$/
/** Names of which there may be one only, whatever it is. */
const SINGLE =
  /^(name|coinname|cryptoname|cryptocurrency|stock|stockname|company|code|address|currency|quotecurrency|quoteasset|exchange|venue)$/
const INTERVALS = /^(interval|timeframe|tf|per|period|granularity|resolution|barsize|candletype)$/
/** These are intervals only where their values read as such. */
const PERHAPS = /^(type|i|freq|frequency|per|period)$/

/**
 * Columns that say whose candles the rows are.
 * @throws AppError IMPORT_AMBIGUOUS for several markets, IMPORT_FORMAT for another than asked for
 */
export function identityOf(table: Table, plan: ColumnPlan, options: ImportOptions): Identity {
  const steady: SteadyColumn[] = []
  const said: string[] = []
  for (const index of otherColumns(table, plan)) {
    const name = table.header?.[index] || `#${index + 1}`
    const values = valuesOf(table, index)
    const kind = kindOf(table, index, values)
    if (kind === undefined || values.length === 0) continue
    if (values.length > 1) throw severalValues(table, name, values)
    steady.push({ index, name })
    if (isConditionOn(conditionsOf(options), table, index)) continue
    if (kind === 'interval') requireInterval(table, name, values[0]!, options)
    else said.push(...checkMarket(table, name, values[0]!, kind, options))
  }
  const notes = steady.map(
    ({ index, name }) => `"${name}" is "${valuesOf(table, index)[0]!}" in all rows`,
  )
  if (table.symbol !== undefined) {
    said.push(...checkMarket(table, undefined, table.symbol, 'market', options))
  }
  return { steady, notes, nearly: said[0] }
}

type Kind = 'market' | 'coin' | 'single' | 'interval'

function kindOf(table: Table, index: number, values: readonly string[]): Kind | undefined {
  const header = table.header?.[index]
  if (header === undefined) {
    const isText = values.length > 0 && values.every(v => looksLikeName(v) && !isBoolean(v))
    if (isText && values.every(value => intervalsOf(value).length > 0)) return 'interval'
    return isText && values.every(v => isMoney(pairOf(v).quote ?? '')) ? 'market' : undefined
  }
  const name = plainName(header)
  const isRead = values.every(value => intervalsOf(value).length > 0)
  if (PERHAPS.test(name)) return isRead && !areNumbers(values, name) ? 'interval' : undefined
  if (INTERVALS.test(name)) return 'interval'
  // Numbers name shares in China and Japan; numbers that hardly repeat count something.
  if (!values.some(value => /[a-z]{2}/i.test(value))) {
    const isName = [MARKETS, COINS, SINGLE].some(names => names.test(name))
    return isName && repeat(table, values) ? 'single' : undefined
  }
  if (MARKETS.test(name)) return 'market'
  if (COINS.test(name)) return 'coin'
  return SINGLE.test(name) ? 'single' : undefined
}

function repeat(table: Table, values: readonly string[]): boolean {
  return values.length < VALUES_MAX && values.length * 2 <= table.sample.length
}

/** Numbers under `period` may count anything; those under Stooq's `<PER>` are minutes. */
function areNumbers(values: readonly string[], name: string): boolean {
  return name !== 'per' && values.every(value => /^\d+$/.test(value))
}

function isBoolean(value: string): boolean {
  return /^(true|false|t|f|yes|no)$/i.test(value)
}

const VALUES_MAX = 6

/** Distinct filled values of a column, the first few. */
function valuesOf(table: Table, index: number): string[] {
  const values = new Set<string>()
  for (const { cells } of table.sample) {
    const value = (cells[index] ?? '').trim()
    // The header comes again where files were appended.
    if (value !== '' && value !== table.header?.[index]) values.add(value)
    if (values.size > VALUES_MAX) break
  }
  return [...values]
}

function severalValues(table: Table, name: string, values: readonly string[]): AppError {
  const list = values.slice(0, VALUES_MAX - 1).map(value => `"${value}"`)
  const more = values.length > list.length ? ' and more' : ''
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}" holds several series: its column "${name}" has ${list.join(', ')}${more}`,
    {
      hint: `choose one: --where ${condition(name, values[0]!)}`,
      data: { file: table.file, column: name, values },
    },
  )
}

/** A condition as a shell takes it. */
export function condition(name: string, value: string): string {
  const text = `${name}=${value}`
  return /^[\w=:./#-]+$/.test(text) && !text.startsWith('#') ? text : `"${text}"`
}

/** @returns the market that the file names, where only the dollars differ */
function checkMarket(
  table: Table,
  name: string | undefined,
  value: string,
  kind: Kind,
  options: ImportOptions,
): string[] {
  const { symbol } = options.key
  if (kind === 'single') return []
  const isTicker = /^[A-Z0-9]{2,6}$/.test(value)
  if (kind === 'coin' && (!isTicker || pairOf(symbol).base === pairOf(value).base)) return []
  // Upbit names the money first.
  const isTurned = table.header?.includes('candle_acc_trade_volume') === true
  const likeness = likenessOf(isTurned ? value.split('-').reverse().join('-') : value, symbol)
  if (likeness === 'same') return []
  if (likeness === 'dollars') return [value]
  const place = name === undefined ? 'it says' : `its column "${name}" says`
  const where = condition(name ?? 'symbol', value)
  throw new AppError(
    'IMPORT_FORMAT',
    `"${table.file}" does not hold ${symbol}: ${place} "${value}"`,
    {
      hint: `import it as --symbol ${suggested(value)}; if it is ${symbol} all the same, add --where ${where}`,
      data: { file: table.file, column: name, value },
    },
  )
}

function suggested(value: string): string {
  const { base, quote } = pairOf(value)
  return [base, quote].filter(Boolean).join('-').toUpperCase()
}

function requireInterval(table: Table, name: string, value: string, options: ImportOptions): void {
  const { timeframe } = options.key
  const lengths = intervalsOf(value)
  if (lengths.includes(timeframeMs(timeframe))) return
  const looksLike = lengths[0] === undefined ? undefined : timeframeName(lengths[0])
  const step = looksLike === undefined ? '' : `import it as --timeframe ${looksLike}; `
  throw new AppError(
    'IMPORT_FORMAT',
    `"${table.file}" does not hold ${timeframe} candles: its column "${name}" says "${value}"`,
    {
      hint: `${step}if they are ${timeframe} all the same, add --where ${condition(name, value)}`,
      data: { file: table.file, timeframe, value },
    },
  )
}
