import { AppError } from '../../../core/errors.js'
import { DAY_MS, timeframeMs } from '../../../core/candles/time.js'
import { readTime } from '../cells/clock-times.js'
import { timeRoleOf } from '../cells/time-names.js'
import { EPOCH_UNITS, epochMillis, type EpochUnit, readEpoch, unitOf } from '../cells/epochs.js'
import type { ImportOptions } from '../tables/options.js'
import { cellsOf, type Table } from '../tables/table.js'
import { DATE_ORDERS, kindOf } from '../cells/time-kinds.js'
import { findWitnesses } from './time-witness.js'
import { localTime, type LocalSource, type Plan, timeError, type TimePlan } from './times.js'
import { parseZone, UTC } from './zones.js'

/** Reads epochs; the unit of each shows in its size, or is given. */
export function planEpoch(table: Table, column: number, options: ImportOptions): Plan {
  const values = cellsOf(table, column).map(cell => readEpoch(cell)?.value ?? NaN)
  if (options.date !== undefined) return planSinceMidnight(table, column, values, options)
  if (options.timeFormat === undefined && areTicks(values, options)) return planTicks(table, column)
  const chosen = options.timeFormat
  if (chosen === undefined) requireUnit(table, values, options)
  const isUnit = (format: string | undefined): format is EpochUnit =>
    format !== undefined && format in EPOCH_UNITS
  const unit = isUnit(chosen) ? chosen : undefined
  const units = [...new Set(values.filter(Number.isFinite).map(value => unit ?? unitOf(value)))]
  return {
    read: cells => {
      const epoch = readEpoch((cells[column] ?? '').trim())
      if (epoch === undefined || epoch.slack > 0) return NaN
      return epochMillis(epoch.value, unit ?? unitOf(epoch.value))
    },
    notes: [`it is an epoch in ${units.join(' and ')}`],
    witnesses: findWitnesses(table, [column], timeframeMs(options.key.timeframe)),
    neighbour: findNeighbour(table, column),
  }
}

/** 0001-01-01 to 1970-01-01 in milliseconds, and the ticks of .NET in one. */
const TICKS_EPOCH_MS = 62_135_596_800_000
const TICKS_PER_MS = 10_000

/** Ticks of today are as large as nanoseconds of 1990; the distance between candles tells. */
function areTicks(values: readonly number[], options: ImportOptions): boolean {
  const step = commonStep(values)
  const isSize = values.every(value => value > 6e17 && value < 7e17)
  return isSize && step === timeframeMs(options.key.timeframe) * TICKS_PER_MS
}

function planTicks(table: Table, column: number): Plan {
  return {
    read: cells => {
      const text = (cells[column] ?? '').trim()
      if (!/^\d{18}$/.test(text)) return NaN
      return Number(BigInt(text) / BigInt(TICKS_PER_MS)) - TICKS_EPOCH_MS
    },
    notes: ['it counts ticks of .NET, 100 nanoseconds each since the year 1'],
    witnesses: findWitnesses(table, [column], 0),
  }
}

/** Dates and clocks beside an epoch, in whatever order of day and month they can be read. */
function findNeighbour(table: Table, epoch: number): TimePlan['neighbour'] {
  const kinds = (table.header ?? []).map((name, i) =>
    i !== epoch && timeRoleOf(name, table.header) !== undefined
      ? kindOf(cellsOf(table, i))
      : undefined,
  )
  const whole = kinds.indexOf('naive')
  const columns = whole >= 0 ? [whole] : [kinds.indexOf('date'), kinds.indexOf('clock')]
  if (columns.includes(-1)) return undefined
  const source: LocalSource = { columns, kind: 'naive' }
  const order = DATE_ORDERS.find(o =>
    table.sample.every(({ cells }) => localTime(cells, source, o) !== undefined),
  )
  return order && (cells => localTime(cells, source, order)?.ms)
}

/** Small numbers could be seconds or something else; the distance between candles tells. */
function requireUnit(table: Table, values: readonly number[], options: ImportOptions): void {
  const size = Math.max(...values.filter(Number.isFinite).map(Math.abs))
  const step = commonStep(values)
  const expected = timeframeMs(options.key.timeframe)
  if (unitOf(size) !== 's' || step === undefined || step * EPOCH_UNITS.s === expected) return
  if (size < DAY_MS && values.every(value => !(value < 0))) {
    const day = /(?<!\d)(20\d\d|19\d\d)-?(\d\d)-?(\d\d)(?!\d)/.exec(table.file)
    const date = day ? `${day[1]}-${day[2]}-${day[3]}` : '2018-04-04'
    throw timeError(
      'IMPORT_AMBIGUOUS',
      table,
      'holds the milliseconds since midnight, and not which day',
      `name the day (UTC unless --time-zone says otherwise): --date ${date}`,
    )
  }
  const fitting = (['ms', 'us', 'ns'] as const).find(unit => step * EPOCH_UNITS[unit] === expected)
  if (fitting === undefined) return
  throw timeError(
    'IMPORT_AMBIGUOUS',
    table,
    `has epochs that are as small as seconds but ${step} apart, which is ${options.key.timeframe} in ${fitting}`,
    `say which: --time-format ${fitting} or --time-format s`,
  )
}

/** The distance that most neighbours have. */
function commonStep(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>()
  for (let i = 1; i < values.length; i++) {
    const step = Math.abs(values[i]! - values[i - 1]!)
    counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  return [...counts].reduce<[number | undefined, number]>(
    (a, b) => (b[1] > a[1] ? b : a),
    [undefined, 0],
  )[0]
}

function planSinceMidnight(
  table: Table,
  column: number,
  values: readonly number[],
  options: ImportOptions,
): Plan {
  const day = readTime(options.date!, 'ymd')
  if (day?.dayMs === undefined || day.clockMs !== undefined) {
    throw new AppError('INVALID_TIME', `--date "${options.date}" is not a day`, {
      hint: 'write it as 2018-04-04',
    })
  }
  if (values.some(value => value < 0 || value >= DAY_MS)) {
    throw timeError(
      'IMPORT_FORMAT',
      table,
      'holds whole times, not milliseconds since midnight',
      'leave --date away',
    )
  }
  const zone = options.timeZone === undefined ? UTC : parseZone(options.timeZone)
  return {
    read: cells => {
      const epoch = readEpoch((cells[column] ?? '').trim())
      if (epoch === undefined || epoch.value < 0 || epoch.value >= DAY_MS) return NaN
      const found = zone.toUtc(day.dayMs! + epoch.value)
      return found.length === 1 ? found[0]! : NaN
    },
    notes: [`it is the milliseconds since midnight of ${options.date}, ${zone.name}`],
  }
}
