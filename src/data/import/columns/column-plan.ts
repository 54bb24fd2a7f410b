import { AppError } from '../../../core/errors.js'
import { type ColumnPlan, quotesError, tradesError } from './columns.js'
import { columnsByData } from './column-data.js'
import { chosenColumns } from './column-option.js'
import {
  hasPrices,
  plainName,
  PRICE_ROLES,
  type PriceRole,
  priceRoleOf,
  type VolumeKind,
  volumeKindOf,
} from '../cells/column-names.js'
import type { ImportOptions } from '../tables/options.js'
import type { Table } from '../tables/table.js'

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
  header.forEach((name, i) => {
    const role = priceRoleOf(name)
    if (role === undefined) return
    if (prices[role] !== undefined) throw twoColumns(table, role, [header[prices[role]]!, name])
    prices[role] = i
  })
  return {
    time: undefined,
    notes: [],
    ...(prices as Record<PriceRole, number>),
    ...volumeByName(table, header, options),
  }
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

/** Base volume where the file has it; quote volume only where the user says what is to be done. */
function volumeByName(
  table: Table,
  header: readonly string[],
  options: ImportOptions,
): Pick<ColumnPlan, 'volume' | 'volumeKind'> {
  const kinds = header.map(name => volumeKindOf(name, options.key.symbol))
  const of = (kind: VolumeKind): number[] => kinds.flatMap((k, i) => (k === kind ? [i] : []))
  for (const kind of ['base', 'plain', 'ticks'] as const) {
    const found = of(kind)
    if (found.length > 1)
      throw twoColumns(
        table,
        'volume',
        found.map(i => header[i]!),
      )
    if (found.length === 0) continue
    const isMoney = kind === 'plain' && options.quoteVolume === true && of('quote').length === 0
    return { volume: found[0], volumeKind: isMoney ? 'quote' : kind }
  }
  const unknown = of('unknown')
  if (unknown.length > 0) {
    const name = header[unknown[0]!]!
    throw new AppError(
      'IMPORT_AMBIGUOUS',
      `"${table.file}": "${name}" does not say whether it counts ${options.key.symbol} in coins or in money`,
      {
        hint: `say which: --columns "...,volume=${name}" for coins, --columns "...,quote_volume=${name}" for money`,
      },
    )
  }
  const quote = of('quote')
  if (quote.length === 0) return { volume: undefined, volumeKind: 'unknown' }
  const name = header[quote[0]!]!
  if (options.quoteVolume !== true) {
    throw new AppError(
      'IMPORT_AMBIGUOUS',
      `"${table.file}" has only "${name}", which counts money, not coins`,
      {
        hint: 'repeat with --quote-volume to convert it: coins = money / close',
        data: { file: table.file, column: name },
      },
    )
  }
  return { volume: quote[0], volumeKind: 'quote' }
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
      `choose one market with --columns "time=${header[0] || '#1'},${choice}"`,
    )
  }
  if (plain.some(name => /^(bid|ask)/.test(name))) return quotesError(file)
  if (plain.some(name => /^(price|rate|tradeprice)$/.test(name))) return tradesError(file)
  return error(
    'IMPORT_FORMAT',
    `has no columns named open, high, low and close; its header is ${header.map(name => `"${name}"`).join(', ')}`,
    'name them in order with --columns time,open,high,low,close,volume ("-" passes over a column)',
  )
}
