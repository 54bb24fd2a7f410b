import { AppError } from '../../../core/errors.js'
import { DAY_MS, SECOND_MS, type Millis } from '../../../core/candles/time.js'
import {
  readClock,
  readDigitClock,
  readTime,
  type DateOrder,
  type LocalTime,
} from '../cells/clock-times.js'
import type { Table } from '../tables/table.js'
import type { Witness } from './time-witness.js'

/** How the time of a row is read. */
export interface TimePlan {
  readonly columns: readonly number[]
  /** The open of the row's candle; NaN where the cells hold no time that exists. */
  read(cells: readonly string[]): Millis
  /** What else the row says about its time. */
  readonly witnesses: readonly Witness[]
  /** Whether a witness that disagrees makes the row ambiguous, or is merely noted. */
  readonly isBound: boolean
  /** A local time beside an epoch, which should keep its distance to it. */
  readonly neighbour?: ((cells: readonly string[]) => Millis | undefined) | undefined
  /** Forgets the rows read so far, where one decides how the next is read. */
  readonly restart?: (() => void) | undefined
  /** A local time that may be either of two, known once all rows are read. */
  readonly unclear?: (() => Millis | undefined) | undefined
  readonly notes: readonly string[]
}

/** What the reading of one kind of time decides. */
export type Plan = Pick<TimePlan, 'read' | 'notes'> & Partial<TimePlan>

/** Where a local time stands in its row, and how it is written there. */
export interface LocalSource {
  readonly columns: readonly number[]
  readonly kind: 'zoned' | 'naive' | 'date' | 'serial'
  /** Of a clock written as digits alone. */
  readonly clockDigits?: 4 | 6 | undefined
}

export function timeError(
  code: 'IMPORT_FORMAT' | 'IMPORT_AMBIGUOUS',
  table: Table,
  what: string,
  hint: string,
): AppError {
  return new AppError(code, `"${table.file}" ${what}`, { hint, data: { file: table.file } })
}

/** The local time that cells say, or the instant where they name an offset. */
export function localTime(
  cells: readonly string[],
  { columns, kind, clockDigits }: LocalSource,
  order: DateOrder,
): LocalTime | undefined {
  const text = (cells[columns[0]!] ?? '').trim()
  if (kind === 'serial') return serialTime(text)
  const time = readTime(text, order)
  if (time?.dayMs === undefined) return undefined
  if (columns.length === 1) return joined(time.dayMs, time)
  const clockText = cells[columns[1]!] ?? ''
  const clock =
    clockDigits === undefined ? readClock(clockText) : readDigitClock(clockText, clockDigits)
  return clock && joined(time.dayMs, { ...clock, offsetMs: clock.offsetMs ?? time.offsetMs })
}

function joined(dayMs: Millis, time: NonNullable<ReturnType<typeof readClock>>): LocalTime {
  const { clockMs = 0, offsetMs, zoneName } = time
  return { ms: dayMs + clockMs - (offsetMs ?? 0), isZoned: offsetMs !== undefined, zoneName }
}

/** 1970-01-01 in the days of spreadsheets. */
const SERIAL_EPOCH = 25_569

/** Days since 1899-12-30; their fractions are as near to a second as their digits allow. */
function serialTime(text: string): LocalTime | undefined {
  const days = Number(text.replace(',', '.'))
  if (text === '' || !Number.isFinite(days)) return undefined
  const ms = Math.round(((days - SERIAL_EPOCH) * DAY_MS) / SECOND_MS) * SECOND_MS
  return { ms, isZoned: false }
}
