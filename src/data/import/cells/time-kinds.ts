import { readClock, readTime, type DateOrder } from './clock-times.js'
import { readEpoch } from './epochs.js'

/**
 * How a column writes times: whole epochs, epochs that a spreadsheet has rounded, times with a
 * zone, without one, dates alone, clocks alone.
 */
export type TimeKind = 'epoch' | 'rounded' | 'zoned' | 'naive' | 'date' | 'clock'

export const DATE_ORDERS: readonly DateOrder[] = ['ymd', 'dmy', 'mdy']

/** Cells that may be broken without a column ceasing to be one of times; each is refused later. */
const BROKEN_MAX = 0.5

/** The kind of a column, by its filled cells; undefined where it holds no times. */
export function kindOf(cells: readonly string[]): TimeKind | undefined {
  const filled = cells.filter(cell => cell !== '')
  const kinds = new Map<TimeKind, number>()
  for (const cell of filled) {
    const kind = kindOfCell(cell)
    if (kind !== undefined) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  const found = [...kinds.values()].reduce((sum, count) => sum + count, 0)
  if (found === 0 || found < filled.length * (1 - BROKEN_MAX)) return undefined
  if (kinds.has('rounded')) return 'rounded'
  return [...kinds].reduce((a, b) => (b[1] > a[1] ? b : a))[0]
}

function kindOfCell(cell: string): TimeKind | undefined {
  const isCompactDate = /^(19|20)\d{6}$/.test(cell) || /^(19|20)\d{10}(\d{2})?$/.test(cell)
  if (!isCompactDate || readTime(cell, 'ymd') === undefined) {
    const epoch = readEpoch(cell)
    if (epoch !== undefined) return epoch.slack > 0 ? 'rounded' : 'epoch'
  }
  for (const order of DATE_ORDERS) {
    const written = readTime(cell, order)
    if (written === undefined) continue
    if (written.offsetMs !== undefined) return 'zoned'
    return written.clockMs === undefined ? 'date' : 'naive'
  }
  return readClock(cell) === undefined ? undefined : 'clock'
}
