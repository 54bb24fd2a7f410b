import {
  DAY_MS,
  MINUTE_MS,
  SECOND_MS,
  timeframeMs,
  type Millis,
} from '../../../core/candles/time.js'
import type { ColumnPlan } from '../columns/columns.js'
import { planEpoch } from './epoch-plan.js'
import type { ImportOptions } from '../tables/options.js'
import { cellsOf, columnName, type Table } from '../tables/table.js'
import { areEpochs, areSerials, clockDigitsOf, kindOf } from '../cells/time-kinds.js'
import { findTimeColumns, type TimeColumns } from './time-columns.js'
import { timeError, type Plan, type TimePlan } from './times.js'
import { planWritten } from './written-plan.js'

/** @throws AppError IMPORT_FORMAT, IMPORT_AMBIGUOUS where the times cannot be told for sure */
export async function planTime(
  table: Table,
  columns: ColumnPlan,
  options: ImportOptions,
): Promise<TimePlan> {
  const step = timeframeMs(options.key.timeframe)
  const found =
    columns.time === undefined
      ? findTimeColumns(table, columns, step)
      : chosenTimes(table, columns.time, step)
  const plan = await planOf(table, columns, found, options)
  const label = labelOf(table, found, plan, options)
  return {
    columns: found.columns,
    isBound: false,
    ...plan,
    // A user who names the column has decided between it and the others.
    witnesses: columns.time === undefined ? (plan.witnesses ?? []) : [],
    read: label.isClose ? cells => openOf(plan.read(cells), step) : plan.read,
    notes: [
      `time is ${found.columns.map(i => `"${columnName(table, i)}"`).join(' and ')}`,
      ...plan.notes,
      ...found.notes,
      ...label.notes,
      ...needlessZone(found, options),
    ],
  }
}

async function planOf(
  table: Table,
  columns: ColumnPlan,
  found: TimeColumns,
  options: ImportOptions,
): Promise<Plan> {
  const { kind } = found
  switch (kind) {
    case 'epoch':
    case 'small':
      return planEpoch(table, found.columns[0]!, options)
    case 'zoned':
    case 'naive':
    case 'date':
    case 'serial':
      return planWritten(table, columns, { ...found, kind }, options)
    case 'clock':
    case 'rounded':
      throw unreadable(table, found.columns)
  }
}

/** Whether times name the close: as given, by the column's name, or because all end in :59. */
function labelOf(
  table: Table,
  found: TimeColumns,
  plan: Plan,
  options: ImportOptions,
): { isClose: boolean; notes: string[] } {
  const { timeframe } = options.key
  const earlier = `${timeframe} earlier is the open`
  if (options.timeLabel === 'close')
    return { isClose: true, notes: [`times name the close; ${earlier}`] }
  if (options.timeLabel === 'open') return { isClose: false, notes: [] }
  if (table.timeLabel === 'close')
    return { isClose: true, notes: [`${table.source} labels candles by their close; ${earlier}`] }
  const name = `"${columnName(table, found.columns[0]!)}"`
  if (found.role === 'close')
    return { isClose: true, notes: [`${name} names the close; ${earlier}`] }
  requireLabel(table, found)
  const times = table.sample.map(({ cells }) => plan.read(cells)).filter(Number.isFinite)
  plan.restart?.()
  const step = timeframeMs(timeframe)
  if (times.length === 0 || !times.every(time => isLastMoment(time, step)))
    return { isClose: false, notes: [] }
  return {
    isClose: true,
    notes: [`times in ${name} end a candle, at the last second or millisecond; ${earlier}`],
  }
}

/** CoinGecko gives bare lists of a time and four prices, and its times are those of the close. */
function requireLabel(table: Table, { columns, kind }: TimeColumns): void {
  const { cells } = table.sample[0]!
  const isMillis = kind === 'epoch' && Number(cells[columns[0]!]) > 1e11
  if (table.isBareList !== true || cells.length !== 5 || !isMillis) return
  throw timeError(
    'IMPORT_AMBIGUOUS',
    table,
    'is a bare list of a time and four prices, as CoinGecko gives with the time of the close',
    'say what its times name: --time-label close (CoinGecko) or --time-label open',
  )
}

/** Whether a time is the last second or millisecond of a candle, as no open can be. */
function isLastMoment(time: Millis, step: Millis): boolean {
  return afterMoment(time, step) !== time
}

/** The open of a candle by its close, which may be written a moment before it. */
function openOf(close: Millis, step: Millis): Millis {
  return afterMoment(close, step) - step
}

function afterMoment(time: Millis, step: Millis): Millis {
  const [unit, moment] = step >= MINUTE_MS ? [MINUTE_MS, SECOND_MS] : [SECOND_MS, 1]
  const rest = ((time % unit) + unit) % unit
  return rest >= unit - moment ? time - rest + unit : time
}

function needlessZone({ kind }: TimeColumns, options: ImportOptions): string[] {
  const isNeeded = (kind !== 'epoch' && kind !== 'zoned') || options.date !== undefined
  return options.timeZone === undefined || isNeeded
    ? []
    : ['--time-zone was not needed: the times are instants already']
}

/** The columns that a user names. */
function chosenTimes(table: Table, columns: readonly number[], step: Millis): TimeColumns {
  const cells = columns.map(column => cellsOf(table, column))
  const kinds = cells.map(kindOf)
  const chosen = { columns, role: 'plain', notes: [] } as const
  if (columns.length === 2 && kinds[0] === 'date') {
    if (kinds[1] === 'clock') return { ...chosen, kind: 'naive' }
    const clockDigits = clockDigitsOf(cells[1]!, step)
    if (clockDigits !== undefined) return { ...chosen, kind: 'naive', clockDigits }
  }
  const [kind] = kinds
  const plain = cells[0]!.map(cell => cell.replace(',', '.'))
  if (columns.length === 1 && areSerials(plain, step / DAY_MS)) return { ...chosen, kind: 'serial' }
  if (columns.length !== 1 || kind === undefined) throw unreadable(table, columns)
  return { ...chosen, kind: kind === 'epoch' && !areEpochs(cells[0]!) ? 'small' : kind }
}

function unreadable(table: Table, columns: readonly number[]): Error {
  const names = columns.map(i => columnName(table, i)).join(' and ')
  return timeError(
    'IMPORT_FORMAT',
    table,
    `has no times in ${names} that Assay can read`,
    'choose the column of times with --columns, as in --columns "time=date,..."',
  )
}
