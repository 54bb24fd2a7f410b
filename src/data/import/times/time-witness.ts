import { timeRoleOf, type TimeRole } from '../cells/time-names.js'
import { epochMillis, readEpoch, unitOf } from '../cells/epochs.js'
import { readTime } from '../cells/clock-times.js'
import { cellsOf, columnName, type Table } from '../tables/table.js'
import { areEpochs, kindOf } from '../cells/time-kinds.js'

/** Another column that tells the instant of a row, exactly or within `slack` milliseconds. */
export interface Witness {
  readonly name: string
  readonly role: TimeRole
  read(cells: readonly string[]): { readonly value: number; readonly slack: number } | undefined
}

/**
 * Columns beside `used` that hold instants under an exact name: epochs, rounded or not, and times
 * with a zone. `closeColumn` holds the end of the candle, `step` after its open or a moment less.
 */
export function findWitnesses(
  table: Table,
  used: readonly number[],
  step: number,
  closeColumn?: number,
): readonly Witness[] {
  const width = table.header?.length ?? table.sample[0]!.cells.length
  return Array.from({ length: width }, (_, i) => i).flatMap((i): Witness[] => {
    const role = i === closeColumn ? 'close' : roleOf(table, i)
    if (used.includes(i) || role === undefined) return []
    if (role === 'close' && step === 0) return []
    const cells = cellsOf(table, i)
    const kind = kindOf(cells)
    if (kind !== 'epoch' && kind !== 'rounded' && kind !== 'zoned') return []
    if (kind === 'epoch' && !areEpochs(cells)) return []
    // The end of a candle is written as the open of the next, or a moment before it.
    const shift = role === 'close' ? step - 500 : 0
    const slack = shift === 0 ? 0 : 500
    const read = (row: readonly string[]): Instant =>
      shifted(instantOf((row[i] ?? '').trim()), shift, slack)
    return [{ name: columnName(table, i), role, read }]
  })
}

function roleOf(table: Table, column: number): TimeRole | undefined {
  const name = table.header?.[column]
  return name === undefined ? undefined : timeRoleOf(name, table.header)
}

type Instant = ReturnType<Witness['read']>

function shifted(instant: Instant, shift: number, slack: number): Instant {
  return instant && { value: instant.value - shift, slack: instant.slack + slack }
}

export function instantOf(text: string): Instant {
  const epoch = readEpoch(text)
  if (epoch !== undefined) {
    const unit = unitOf(epoch.value)
    const value = epochMillis(epoch.value, unit)
    return { value, slack: epochMillis(epoch.slack, unit) }
  }
  const time = readTime(text, 'ymd')
  if (time?.dayMs === undefined || time.offsetMs === undefined) return undefined
  return { value: time.dayMs + (time.clockMs ?? 0) - time.offsetMs, slack: 0 }
}

/**
 * Whether a row's time agrees with a witness: it is the same, or lies within the candle, as the
 * times of its first and last trade do.
 */
export function agrees(
  witness: Witness,
  seen: NonNullable<Instant>,
  open: number,
  step: number,
): boolean {
  const late = seen.value - open
  const near = seen.slack + 1000
  if (Math.abs(late) <= near) return true
  // What a close says was put back by a candle when it was read.
  const since = witness.role === 'close' ? late + step : late
  return since > 0 && since <= step + near
}
