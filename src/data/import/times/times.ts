import { AppError } from '../../../core/errors.js'
import type { Millis } from '../../../core/candles/time.js'
import { readClock, readTime, type DateOrder, type LocalTime } from '../cells/clock-times.js'
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
  readonly notes: readonly string[]
}

/** What the reading of one kind of time decides. */
export type Plan = Pick<TimePlan, 'read' | 'notes'> & Partial<TimePlan>

/** The filled and unfilled cells of a column in the sample. */
export function cellsOf(table: Table, column: number): string[] {
  return table.sample.map(({ cells }) => (cells[column] ?? '').trim())
}

export function timeError(
  code: 'IMPORT_FORMAT' | 'IMPORT_AMBIGUOUS',
  table: Table,
  what: string,
  hint: string,
): AppError {
  return new AppError(code, `"${table.file}" ${what}`, { hint, data: { file: table.file } })
}

/** The local time that cells say, or the instant where they name a zone. */
export function localTime(
  cells: readonly string[],
  columns: readonly number[],
  order: DateOrder,
): LocalTime | undefined {
  const time = readTime((cells[columns[0]!] ?? '').trim(), order)
  if (time?.dayMs === undefined) return undefined
  const clock = columns.length === 1 ? time : readClock(cells[columns[1]!] ?? '')
  if (clock === undefined) return undefined
  const offset = clock.offsetMs ?? time.offsetMs
  return { ms: time.dayMs + (clock.clockMs ?? 0) - (offset ?? 0), isZoned: offset !== undefined }
}
