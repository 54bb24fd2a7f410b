import { readClock, readDigitClock, readTime, type DateOrder } from './clock-times.js'
import { readEpoch } from './epochs.js'

/**
 * How a column writes times: whole epochs, epochs that a spreadsheet has rounded, times with a
 * zone, without one, dates alone, clocks alone.
 */
export type TimeKind = 'epoch' | 'rounded' | 'zoned' | 'naive' | 'date' | 'clock'

export const DATE_ORDERS: readonly DateOrder[] = ['ymd', 'dmy', 'mdy']

/** Cells that may be broken without a column ceasing to be one of times; each is refused later. */
const BROKEN_MAX = 0.5
/** Seconds since 1973: smaller numbers count something else, or need help to be read. */
const EPOCH_MIN = 1e8
const DAYS_MIN = 20_000
const DAYS_MAX = 80_000

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
    if (written.offsetMs !== undefined || written.zoneName !== undefined) return 'zoned'
    return written.clockMs === undefined ? 'date' : 'naive'
  }
  return readClock(cell) === undefined ? undefined : 'clock'
}

function numbersOf(cells: readonly string[]): number[] {
  return cells.filter(cell => cell !== '').map(cell => readEpoch(cell)?.value ?? NaN)
}

/** Whether most numbers of a column are as large as an epoch after 1973. */
export function areEpochs(cells: readonly string[]): boolean {
  const values = numbersOf(cells)
  const large = values.filter(value => Math.abs(value) >= EPOCH_MIN).length
  return values.length > 0 && large >= values.length / 2
}

/** Whether a column counts its rows: 0, 1, 2 ... or 1, 2, 3 ..., up or down, from wherever. */
export function isRunningIndex(cells: readonly string[]): boolean {
  const values = numbersOf(cells)
  // Days written as 20240101 go up by one, too.
  if (kindOf(cells) === 'date') return false
  if (values.length < 2 || !values.every(v => Number.isInteger(v) && v >= 0 && v < EPOCH_MIN)) {
    return values.length === 1 && values[0]! <= 1 && Number.isInteger(values[0])
  }
  const steps = values.slice(1).map((value, i) => Math.abs(value - values[i]!))
  return steps.filter(step => step === 1).length >= steps.length * 0.9
}

/**
 * Whether a column holds days since 1899-12-30 as spreadsheets count them: numbers of that size as
 * far apart as candles are.
 */
export function areSerials(cells: readonly string[], stepDays: number): boolean {
  const values = numbersOf(cells)
  // Days written as 20240101 go up by one, too.
  if (kindOf(cells) === 'date') return false
  if (values.length < 2 || !values.every(v => v >= DAYS_MIN && v < DAYS_MAX)) return false
  const near = values.slice(1).filter((value, i) => {
    const steps = Math.abs(value - values[i]!) / stepDays
    return steps > 0.5 && Math.abs(steps - Math.round(steps)) < 0.02
  })
  return near.length >= (values.length - 1) * 0.9 && steppedMost(values, stepDays)
}

/** Whether half of the neighbours are one candle apart. */
function steppedMost(values: readonly number[], stepDays: number): boolean {
  const ones = values
    .slice(1)
    .filter((value, i) => Math.abs(Math.abs(value - values[i]!) / stepDays - 1) < 0.02)
  return ones.length >= (values.length - 1) / 2
}

/**
 * How many digits the clocks of a column have, `093000` or `0930`, zeros in front left out or not:
 * those by which neighbours are one candle apart. Undefined where it has none.
 */
export function clockDigitsOf(cells: readonly string[], stepMs: number): 4 | 6 | undefined {
  const fitting = ([6, 4] as const)
    .map(digits => ({ digits, clocks: cells.map(cell => readDigitClock(cell, digits)?.clockMs) }))
    .filter(({ clocks }) => clocks.length > 0 && clocks.every(clock => clock !== undefined))
    .map(({ digits, clocks }) => ({ digits, near: countSteps(clocks as number[], stepMs) }))
  const isWide = cells.every(cell => cell.trim().length === 4)
  const [first, second] = isWide ? [...fitting].reverse() : fitting
  if (first === undefined || second === undefined) return first?.digits
  return second.near > first.near ? second.digits : first.digits
}

function countSteps(clocks: readonly number[], stepMs: number): number {
  return clocks.filter((clock, i) => i > 0 && Math.abs(clock - clocks[i - 1]!) === stepMs).length
}
