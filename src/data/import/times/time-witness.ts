import { isCloseTimeName, isTimeName } from '../cells/column-names.js'
import { epochMillis, readEpoch, unitOf } from '../cells/epochs.js'
import { readTime } from '../cells/clock-times.js'
import type { Table } from '../tables/table.js'
import { kindOf } from '../cells/time-kinds.js'

/** Another column that tells the instant of a row, exactly or within `slack` milliseconds. */
export interface Witness {
  readonly name: string
  read(cells: readonly string[]): { readonly value: number; readonly slack: number } | undefined
}

/**
 * Columns beside `used` that hold instants: epochs, rounded or not, and times with a zone.
 * `closeColumn` holds the end of the candle, `step` after its open or a moment less.
 */
export function findWitnesses(
  table: Table,
  used: readonly number[],
  step: number,
  closeColumn?: number,
): readonly Witness[] {
  const names = table.header ?? table.sample[0]!.cells.map((_, i) => `#${i + 1}`)
  return names.flatMap((name, i): Witness[] => {
    const isClose = i === closeColumn
    if (used.includes(i) || (!isClose && (table.header === undefined || !isTimeName(name))))
      return []
    if (isClose && step === 0) return []
    const kind = kindOf(table.sample.map(({ cells }) => (cells[i] ?? '').trim()))
    if (kind !== 'epoch' && kind !== 'rounded' && kind !== 'zoned') return []
    // The end of a candle is written as the open of the next, or a moment before it.
    const shift = isClose || isCloseTimeName(name) ? step - 500 : 0
    const slack = shift === 0 ? 0 : 500
    return [{ name, read: cells => shifted(instantOf((cells[i] ?? '').trim()), shift, slack) }]
  })
}

type Instant = ReturnType<Witness['read']>

function shifted(instant: Instant, shift: number, slack: number): Instant {
  return instant && { value: instant.value - shift, slack: instant.slack + slack }
}

function instantOf(text: string): Instant {
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
