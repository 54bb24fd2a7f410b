import { AppError } from '../../core/errors.js'
import { hasPrices, plainName, priceRolesOf } from './cells/column-names.js'
import { isLocalised } from './cells/localised-names.js'
import {
  decimalMarkOf,
  isNoNumber,
  looksLikeNumber,
  NUMBER,
  numberText,
  type DecimalMark,
} from './cells/numbers.js'
import { kindOf } from './cells/time-kinds.js'
import { volumeKindsOf } from './cells/volume-names.js'
import type { ImportOptions } from './tables/options.js'
import type { Table } from './tables/table.js'

/**
 * A table whose sample has plain numbers, and which knows the mark before decimals.
 * @throws AppError IMPORT_AMBIGUOUS where a point or comma may stand before decimals or thousands
 */
export function withPlainNumbers(table: Table, options: ImportOptions): Table {
  const columns = numberColumns(table)
  const { mark, note } = markOf(table, columns, options)
  const counted = countedColumns(table, options)
  const read = new Set(counted === undefined ? columns : columns.filter(i => counted.has(i)))
  const isPlain = [...read].every(i => table.sample.every(row => isFree(row.cells[i] ?? '')))
  const notes = [...table.notes, ...note]
  if (isPlain && mark === '.') return { ...table, notes }
  const sample = table.sample.map(({ cells, line }) => ({
    line,
    cells: cells.map((cell, i) => (read.has(i) ? (numberText(cell, mark) ?? cell) : cell)),
  }))
  return { ...table, sample, decimalMark: mark, notes }
}

/** The columns of prices and volumes, where a header names them. */
function countedColumns(
  { header }: Table,
  { key: { symbol } }: ImportOptions,
): ReadonlySet<number> | undefined {
  if (header === undefined || !hasPrices(header)) return undefined
  const prices = priceRolesOf(header)
  const volumes = volumeKindsOf(header, symbol)
  return new Set(header.flatMap((_, i) => ((prices[i] ?? volumes[i]) === undefined ? [] : [i])))
}

function isFree(cell: string): boolean {
  return NUMBER.test(cell) || isNoNumber(cell)
}

/** Columns most filled cells of which are numbers in some style, and that are no dates. */
function numberColumns(table: Table): number[] {
  const width = Math.max(...table.sample.map(({ cells }) => cells.length))
  return Array.from({ length: width }, (_, i) => i).filter(i => {
    const cells = table.sample.map(row => (row.cells[i] ?? '').trim())
    const filled = cells.filter(cell => !isNoNumber(cell))
    const numbers = filled.filter(looksLikeNumber)
    if (numbers.length === 0 || numbers.length < filled.length / 2) return false
    const kind = kindOf(filled)
    return kind === undefined || kind === 'epoch' || kind === 'rounded'
  })
}

function markOf(
  table: Table,
  columns: readonly number[],
  options: ImportOptions,
): { mark: DecimalMark; note: string[] } {
  const said = saidMark(options)
  if (said !== undefined) return { mark: said, note: [`decimals are after "${said}", as given`] }
  let [points, commas] = [0, 0]
  let open: string | undefined
  for (const { cells } of table.sample) {
    for (const i of columns) {
      const mark = decimalMarkOf(cells[i] ?? '')
      if (mark === '.') points++
      else if (mark === ',') commas++
      else if (mark === 'either') open ??= cells[i]!
    }
  }
  if (points > 0 && commas > 0) throw bothMarks(table)
  if (commas > 0) return { mark: ',', note: ['decimals are after a comma'] }
  if (points > 0 || open === undefined || isPointSure(table, open)) return { mark: '.', note: [] }
  throw unclear(table, open)
}

/** A plain point before three digits is that of decimals where commas separate the columns. */
function isPointSure(table: Table, cell: string): boolean {
  if (cell.includes(',')) return false
  // MetaTrader, Finam and Stooq write `<OPEN>` and a point, wherever they run.
  if (table.header?.some(name => name.startsWith('<')) === true) return true
  const isCommaSeparated = table.unit === 'record' || table.format.includes('comma')
  return isCommaSeparated && !(table.header ?? []).some(name => isLocalised(plainName(name)))
}

/** @throws AppError USAGE */
function saidMark({ decimal, thousands }: ImportOptions): DecimalMark | undefined {
  if (decimal !== undefined && decimal === thousands) {
    throw new AppError('USAGE', `--decimal and --thousands are both "${decimal}"`, {
      hint: 'give one of them; the other follows',
    })
  }
  if (decimal !== undefined) return decimal
  return thousands === undefined ? undefined : thousands === ',' ? '.' : ','
}

function unclear(table: Table, cell: string): AppError {
  const mark = cell.includes(',') ? ',' : '.'
  const [whole] = cell.split(mark)
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}" has numbers such as "${cell}", and none shows whether "${mark}" stands before decimals or between thousands`,
    {
      hint: `say which: --decimal ${mark} for ${whole} and a fraction, --thousands ${mark} for ${cell.replaceAll(mark, '')}`,
      data: { file: table.file },
    },
  )
}

function bothMarks(table: Table): AppError {
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}" has numbers with decimals after a point and others with decimals after a comma`,
    {
      hint: 'say which is right: --decimal . or --decimal ,; rows that do not fit are refused',
      data: { file: table.file },
    },
  )
}
