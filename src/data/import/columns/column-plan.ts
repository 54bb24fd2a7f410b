import { AppError } from '../../../core/errors.js'
import { type ColumnPlan, quotesError, tradesError } from './columns.js'
import { columnsByData } from './column-data.js'
import { condition } from './identity.js'
import { chosenColumns } from './column-option.js'
import { hasPrices, plainName, priceRolesOf } from '../cells/column-names.js'
import { PRICE_ROLES, type PriceRole } from '../cells/price-roles.js'
import type { ImportOptions } from '../tables/options.js'
import type { Table } from '../tables/table.js'
import { volumeByName } from './volume-plan.js'

/** @throws AppError IMPORT_FORMAT, IMPORT_AMBIGUOUS where the columns cannot be told */
export function planColumns(table: Table, options: ImportOptions): ColumnPlan {
  if (table.sample.length === 0) {
    throw new AppError('IMPORT_FORMAT', `"${table.file}" has no rows of data`, {
      hint: 'download it again; a candle file has a row for each candle',
      data: { file: table.file },
    })
  }
  if (table.header !== undefined && options.columns === undefined) {
    return columnsByName(table, table.header, options)
  }
  const plan =
    options.columns === undefined
      ? columnsByData(table, options)
      : chosenColumns(table, options.columns)
  const isMoney = options.quoteVolume === true && plan.volume !== undefined
  return isMoney ? { ...plan, volumeKind: 'quote' } : plan
}

function columnsByName(
  table: Table,
  header: readonly string[],
  options: ImportOptions,
): ColumnPlan {
  if (!hasPrices(header)) throw explainHeader(table, header)
  const prices: Partial<Record<PriceRole, number>> = {}
  const roles = priceRolesOf(header)
  header.forEach((name, i) => {
    const role = roles[i]
    if (role === undefined) return
    if (prices[role] !== undefined) throw twoColumns(table, role, [header[prices[role]]!, name])
    prices[role] = i
  })
  const found = prices as Record<PriceRole, number>
  return { time: undefined, ...found, ...volumeByName(table, header, found, options) }
}

function twoColumns(table: Table, what: string, names: readonly string[]): AppError {
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}" has several columns for ${what}: ${names.map(name => `"${name}"`).join(', ')}`,
    {
      hint: `choose one with --columns, for example --columns "time=...,open=...,high=...,low=...,close=...,${what}=${names[0]}"`,
    },
  )
}

/** Why a header without the four prices is no candle file that Assay can read. */
function explainHeader(table: Table, header: readonly string[]): AppError {
  const { file } = table
  const plain = header.map(plainName)
  const wide = header.filter(
    name =>
      /[:_. -](open|high|low|close)$/i.test(name) || /^(open|high|low|close)[:_. -]/i.test(name),
  )
  const opens = wide.filter(name => /open/i.test(name))
  const error = (
    code: 'IMPORT_FORMAT' | 'IMPORT_AMBIGUOUS',
    what: string,
    hint: string,
  ): AppError => new AppError(code, `"${file}" ${what}`, { hint, data: { file, header } })
  if (opens.length > 0 && plain.some(name => /bid|ask/.test(name))) return quotesError(file)
  if (opens.length > 0) {
    const choice = PRICE_ROLES.map(role => `${role}=${opens[0]!.replace(/open/i, role)}`).join(',')
    return error(
      opens.length > 1 ? 'IMPORT_AMBIGUOUS' : 'IMPORT_FORMAT',
      `holds several columns of each kind (${opens.join(', ')})`,
      table.level === undefined
        ? `choose one market with --columns "time=${header[0] || '#1'},${choice}"`
        : `choose one: --where ${condition(table.level.name, table.level.values.find(Boolean)!)}`,
    )
  }
  if (plain.some(name => /^(bid|ask)/.test(name))) return quotesError(file)
  if (plain.some(name => /^(price|rate|tradeprice)$/.test(name))) return tradesError(file)
  return error(
    'IMPORT_FORMAT',
    `has no columns named open, high, low and close; its header is ${header.map(name => `"${name}"`).join(', ')}`,
    'name them in order with --columns time,open,high,low,close,volume ("-" skips a column)',
  )
}
