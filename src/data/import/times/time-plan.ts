import { timeframeMs } from '../../../core/candles/time.js'
import { isTimeName } from '../cells/column-names.js'
import type { ColumnPlan } from '../columns/columns.js'
import { planEpoch } from './epoch-plan.js'
import type { ImportOptions } from '../tables/options.js'
import type { Table } from '../tables/table.js'
import { kindOf, type TimeKind } from '../cells/time-kinds.js'
import { cellsOf, timeError, type TimePlan } from './times.js'
import { planWritten } from './written-plan.js'

/** @throws AppError IMPORT_FORMAT, IMPORT_AMBIGUOUS where the times cannot be told for sure */
export async function planTime(
  table: Table,
  columns: ColumnPlan,
  options: ImportOptions,
): Promise<TimePlan> {
  const found = columns.time ?? findTimeColumns(table, columns)
  const kind = kindOfColumns(table, found)
  const shift = options.timeLabel === 'close' ? timeframeMs(options.key.timeframe) : 0
  const shifted =
    shift === 0 ? [] : [`times name the close; ${options.key.timeframe} earlier is the open`]
  const plan =
    kind === 'epoch'
      ? planEpoch(table, found[0]!, options)
      : await planWritten(table, columns, found, kind, options)
  return {
    columns: found,
    witnesses: [],
    isBound: false,
    ...plan,
    read: cells => plan.read(cells) - shift,
    notes: [...plan.notes, ...shifted, ...needlessZone(kind, options)],
  }
}

function needlessZone(kind: TimeKind, options: ImportOptions): string[] {
  const isNeeded = (kind !== 'epoch' && kind !== 'zoned') || options.date !== undefined
  return options.timeZone === undefined || isNeeded
    ? []
    : ['--time-zone was not needed: the times are instants already']
}

/** Whole epochs before times with a zone, before times without, before dates alone. */
function findTimeColumns(table: Table, columns: ColumnPlan): number[] {
  const taken = new Set([columns.open, columns.high, columns.low, columns.close, columns.volume])
  const candidates = (table.header ?? table.sample[0]!.cells).flatMap((name, i) =>
    !taken.has(i) && (table.header === undefined || isTimeName(name))
      ? [{ index: i, kind: kindOf(cellsOf(table, i)) }]
      : [],
  )
  const first = (kind: TimeKind): number | undefined =>
    candidates.find(candidate => candidate.kind === kind)?.index
  for (const kind of ['epoch', 'zoned', 'naive'] as const) {
    const index = first(kind)
    if (index !== undefined) return [index]
  }
  const [date, clock] = [first('date'), first('clock')]
  if (date !== undefined) return clock === undefined ? [date] : [date, clock]
  if (clock !== undefined || first('rounded') !== undefined) {
    throw timeError(
      'IMPORT_FORMAT',
      table,
      first('rounded') === undefined
        ? 'has clock times but no date'
        : 'has times that a spreadsheet rounded (1.63875E+12), and no others',
      'download the file again and do not save it from a spreadsheet',
    )
  }
  throw timeError(
    'IMPORT_FORMAT',
    table,
    'has no column of times that Assay can read',
    'name it with --columns, for example --columns "time=when,open=open,high=high,low=low,close=close"',
  )
}

function kindOfColumns(table: Table, columns: readonly number[]): TimeKind {
  const kinds = columns.map(column => kindOf(cellsOf(table, column)))
  if (columns.length === 2 && kinds[0] === 'date' && kinds[1] === 'clock') return 'naive'
  const [kind] = kinds
  if (columns.length === 1 && kind !== undefined && kind !== 'clock' && kind !== 'rounded')
    return kind
  const names = columns.map(i => table.header?.[i] ?? `#${i + 1}`).join(' and ')
  throw timeError(
    'IMPORT_FORMAT',
    table,
    `has no times in ${names} that Assay can read`,
    'choose the column of times with --columns, as in --columns "time=date,..."',
  )
}
