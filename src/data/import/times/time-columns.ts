import { readTime } from '../cells/clock-times.js'
import { mentionsTime, timeRoleOf, zoneLabelOf, type TimeRole } from '../cells/time-names.js'
import {
  areEpochs,
  areSerials,
  clockDigitsOf,
  isRunningIndex,
  kindOf,
  type TimeKind,
} from '../cells/time-kinds.js'
import type { ColumnPlan } from '../columns/columns.js'
import { cellsOf, columnName, type Table } from '../tables/table.js'
import { DAY_MS } from '../../../core/candles/time.js'
import { timeError } from './times.js'

/** What a column of times holds; `small` are numbers that need help to be read as epochs. */
type FoundKind = TimeKind | 'serial' | 'small'

/** The columns that hold a row's time. */
export interface TimeColumns {
  readonly columns: readonly number[]
  readonly kind: FoundKind
  readonly role: TimeRole
  readonly clockDigits?: 4 | 6 | undefined
  readonly notes: readonly string[]
}

interface Candidate {
  readonly index: number
  readonly kind: FoundKind
  readonly role: TimeRole
  readonly isExact: boolean
  readonly isInstant: boolean
}

/**
 * Finds the columns of times: exact names before others, opens before closes, instants before
 * local times. A running index is none, whatever its name.
 * @throws AppError IMPORT_FORMAT
 */
export function findTimeColumns(table: Table, plan: ColumnPlan, step: number): TimeColumns {
  const taken = new Set([plan.open, plan.high, plan.low, plan.close, plan.volume])
  const width = table.header?.length ?? table.sample[0]!.cells.length
  const free = Array.from({ length: width }, (_, i) => i).filter(i => !taken.has(i))
  const isIndex = (i: number): boolean => {
    const cells = cellsOf(table, i)
    // Days that spreadsheets count go up by one, under the name of a time.
    const isNamed = /date|time|day|datum|fecha/i.test(table.header?.[i] ?? '')
    if (isNamed && areSerials(cells, step / DAY_MS)) return false
    return isRunningIndex(cells) && !areEpochs(cells)
  }
  const indexes = free.filter(isIndex)
  const candidates = free
    .filter(i => !indexes.includes(i))
    .flatMap(i => candidate(table, i, step))
    .sort((a, b) => rankOf(a) - rankOf(b) || a.index - b.index)
  const best = candidates[0]
  if (best === undefined || best.kind === 'rounded' || best.kind === 'clock') {
    throw noTimes(table, candidates, indexes, free)
  }
  const { index, kind, role } = best
  const clock =
    kind === 'date' ? clockBeside(table, candidates, free, { date: index, step }) : undefined
  const notes = indexes
    .filter(i => i !== clock?.index && timeRoleOf(table.header?.[i] ?? '') !== undefined)
    .map(i => `"${columnName(table, i)}" counts the rows and is no time`)
  if (clock === undefined) return { columns: [index], kind, role, notes }
  return { columns: [index, clock.index], kind: 'naive', role, clockDigits: clock.digits, notes }
}

function candidate(table: Table, index: number, step: number): Candidate[] {
  const name = table.header?.[index]
  const exact = name === undefined ? 'plain' : timeRoleOf(name, table.header)
  if (exact === undefined && !mentionsTime(name ?? '')) return []
  const kind = kindAt(table, index, step)
  if (kind === undefined) return []
  const isLabelled = name !== undefined && zoneLabelOf(name) === 'utc'
  const isInstant = kind === 'epoch' || kind === 'zoned' || (isLabelled && kind === 'naive')
  return [{ index, kind, role: exact ?? 'plain', isExact: exact !== undefined, isInstant }]
}

function kindAt(table: Table, index: number, step: number): FoundKind | undefined {
  const cells = cellsOf(table, index)
  if (
    areSerials(
      cells.map(cell => cell.replace(',', '.')),
      step / DAY_MS,
    )
  )
    return 'serial'
  const kind = kindOf(cells)
  return kind === 'epoch' && !areEpochs(cells) ? 'small' : kind
}

const KINDS: readonly FoundKind[] = [
  'epoch',
  'zoned',
  'naive',
  'date',
  'serial',
  'small',
  'rounded',
  'clock',
]

/** Lower is better. */
function rankOf({ kind, role, isExact, isInstant }: Candidate): number {
  const useless = kind === 'rounded' || kind === 'clock' ? 1000 : 0
  const small = kind === 'small' ? 500 : 0
  const roleRank = role === 'open' ? 0 : role === 'plain' ? 10 : 200
  return (
    useless + small + (isExact ? 0 : 100) + roleRank + (isInstant ? 0 : 50) + KINDS.indexOf(kind)
  )
}

/** The column of clocks that belongs to one of dates: written ones, or digits under a name of time. */
function clockBeside(
  table: Table,
  candidates: readonly Candidate[],
  free: readonly number[],
  { date, step }: { readonly date: number; readonly step: number },
): { index: number; digits?: 4 | 6 } | undefined {
  const written = candidates.find(({ kind }) => kind === 'clock')
  if (written !== undefined) return { index: written.index }
  for (const index of free) {
    const name = table.header?.[index]
    const isNamed = name === undefined ? index === date + 1 : timeRoleOf(name) === 'plain'
    const digits =
      index === date || !isNamed ? undefined : clockDigitsOf(cellsOf(table, index), step)
    if (digits !== undefined) return { index, digits }
  }
  return undefined
}

function noTimes(
  table: Table,
  candidates: readonly Candidate[],
  indexes: readonly number[],
  free: readonly number[],
): Error {
  const has = (kind: FoundKind): boolean => candidates.some(c => c.kind === kind)
  if (has('rounded'))
    return timeError(
      'IMPORT_FORMAT',
      table,
      'has times that a spreadsheet rounded (1.63875E+12), and no others',
      'download the file again and do not save it from a spreadsheet',
    )
  if (has('clock'))
    return timeError(
      'IMPORT_FORMAT',
      table,
      'has clock times but no date',
      'name the column of dates with --columns, as in --columns "time=day+hour,..."',
    )
  const year = free.map(i => cellsOf(table, i)[0] ?? '').find(isOutsideOfYears)
  if (year !== undefined)
    return timeError(
      'IMPORT_FORMAT',
      table,
      `has dates such as "${year}", outside of the years 1800 to 2200`,
      'correct the dates; no market is that old',
    )
  const index = indexes.map(i => `"${columnName(table, i)}"`).join(', ')
  return timeError(
    'IMPORT_FORMAT',
    table,
    `has no column of times that Assay can read${index === '' ? '' : `; ${index} only counts the rows`}`,
    'name it with --columns, for example --columns "time=when,open=open,high=high,low=low,close=close"',
  )
}

function isOutsideOfYears(cell: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(cell) && readTime(cell, 'ymd') === undefined
}
