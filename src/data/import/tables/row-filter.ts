import { AppError } from '../../../core/errors.js'
import { plainName } from '../cells/column-names.js'
import { nearestName } from '../../../core/names.js'
import type { ImportOptions } from './options.js'
import type { HeaderLevel, Row, Table } from './table.js'

/** One `--where column=value`. */
interface Condition {
  readonly column: string
  readonly value: string
}

/** A table of the rows that meet all conditions, and how many did not. */
export interface FilteredTable {
  readonly table: Table
  readonly leftOut: () => number
}

/** @throws AppError USAGE for a text that is no condition */
export function conditionsOf({ where = [] }: ImportOptions): readonly Condition[] {
  return where.map(text => {
    const at = text.indexOf('=')
    if (at > 0) return { column: text.slice(0, at).trim(), value: text.slice(at + 1).trim() }
    throw new AppError('USAGE', `--where "${text}" is not column=value`, {
      hint: 'for example --where symbol=SOLUSDT',
    })
  })
}

/** Whether a condition is on a column, so that its value was chosen by the user. */
export function isConditionOn(
  conditions: readonly Condition[],
  table: Pick<Table, 'header'>,
  index: number,
): boolean {
  return conditions.some(({ column }) => indexOf(table, column) === index)
}

/**
 * Keeps the rows, or of a header of two levels the columns, that the conditions name.
 * @throws AppError USAGE, IMPORT_FORMAT where nothing meets them
 */
export async function whereTable(table: Table, options: ImportOptions): Promise<FilteredTable> {
  let kept = table
  const counts: (() => number)[] = []
  for (const condition of conditionsOf(options)) {
    const narrowed = await narrow(kept, condition)
    kept = narrowed.table
    counts.push(narrowed.leftOut)
  }
  const notes = conditionsOf(options).map(
    ({ column, value }) => `only where "${column}" is "${value}", as given`,
  )
  return {
    table: { ...kept, notes: [...kept.notes, ...notes] },
    leftOut: () => counts.reduce((sum, count) => sum + count(), 0),
  }
}

async function narrow(table: Table, condition: Condition): Promise<FilteredTable> {
  const leftOut = (): number => 0
  const { column, value } = condition
  const { level } = table
  if (level !== undefined && (same(level.name, column) || /^(ticker|symbol)$/i.test(column)))
    return { table: narrowColumns(table, level, condition), leftOut }
  const index = indexOf(table, column)
  if (index >= 0) return narrowRows(table, index, condition)
  if (/^symbol$/i.test(column) && same(table.symbol ?? '', value))
    return { table: { ...table, symbol: undefined }, leftOut }
  const known = table.header?.join(', ')
  throw new AppError(
    'USAGE',
    `--where ${column}=${value}: "${table.file}" has no column "${column}"`,
    {
      hint:
        known === undefined
          ? 'the file has no header; #2 is its second column'
          : `its columns are ${known}`,
    },
  )
}

/** The column of a name: exact, or without case and punctuation, or `#2`. */
function indexOf({ header = [] }: Pick<Table, 'header'>, column: string): number {
  const numbered = /^#([1-9]\d*)$/.exec(column)
  if (numbered) return Number(numbered[1]) - 1
  const exact = header.indexOf(column)
  if (exact >= 0) return exact
  return header.findIndex(name => plainName(name) === plainName(column) && name !== '')
}

function same(cell: string, value: string): boolean {
  return cell.trim().toLowerCase() === value.toLowerCase()
}

async function narrowRows(
  table: Table,
  index: number,
  { column, value }: Condition,
): Promise<FilteredTable> {
  let leftOut = 0
  const matches = (cells: readonly string[]): boolean => same(cells[index] ?? '', value)
  const sample = table.sample.filter(({ cells }) => matches(cells))
  const found = sample.length > 0 || table.isWhole ? sample : await firstRows(table, matches)
  if (found.length === 0) throw noneFound(table, column, value, table.sample.map(valueAt(index)))
  return {
    leftOut: () => leftOut,
    table: {
      ...table,
      sample: found,
      read: (onRow, pause) => {
        leftOut = 0
        return table.read((cells, line) => {
          if (matches(cells)) onRow(cells, line)
          else if (cells[index] !== table.header?.[index]) leftOut++
        }, pause)
      },
    },
  }
}

const SAMPLE_ROWS = 2000

/** A sample of rows that stand behind the beginning of a large file. */
async function firstRows(
  table: Table,
  matches: (cells: readonly string[]) => boolean,
): Promise<Row[]> {
  const rows: Row[] = []
  await table.read(
    (cells, line) => {
      if (rows.length < SAMPLE_ROWS && matches(cells)) rows.push({ cells: [...cells], line })
    },
    () => undefined,
  )
  return rows
}

function valueAt(index: number): (row: Row) => string {
  return ({ cells }) => (cells[index] ?? '').trim()
}

function noneFound(
  table: Table,
  column: string,
  value: string,
  values: readonly string[],
): AppError {
  const known = [...new Set(values.filter(text => text !== ''))]
  const meant = nearestName(value, known)
  const question = meant === undefined ? '' : `; did you mean "${meant}"?`
  return new AppError(
    'IMPORT_FORMAT',
    `"${table.file}" has no row whose "${column}" is "${value}"${question}`,
    {
      hint: `it has ${known.slice(0, 6).join(', ')}`,
      data: { file: table.file, column, value },
    },
  )
}

/** The columns under one value of the upper level, and those under none. */
function narrowColumns(
  table: Table,
  { values, names }: HeaderLevel,
  { column, value }: Condition,
): Table {
  const known = values.filter(v => v !== '')
  if (!known.some(v => same(v, value))) throw noneFound(table, column, value, known)
  const isKept = (i: number): boolean => (values[i] ?? '') === '' || same(values[i]!, value)
  const header = names.map((name, i) => (isKept(i) ? name : `${values[i]}:${name}`))
  return { ...table, header, level: undefined, symbol: undefined }
}
