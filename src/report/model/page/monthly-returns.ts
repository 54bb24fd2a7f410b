import { formatTime, type Millis } from '../../../core/candles/time.js'

/** Returns of one calendar year, UTC. Null for a month that the run does not touch. */
export interface YearReturns {
  readonly year: number
  /** Twelve fractions, January first. */
  readonly months: readonly (number | null)[]
  readonly total: number
}

/** Equity at the close of each candle, by its open; there may be more times than equity. */
export interface Curve {
  readonly time: Float64Array
  readonly timeframeMs: Millis
  readonly equity: Float64Array
  readonly capital: number
}

/**
 * Return of each UTC month: its last equity against the last equity before it, the first against
 * the capital. A candle belongs to the month of its last millisecond.
 */
export function monthlyReturns({ time, timeframeMs, equity, capital }: Curve): YearReturns[] {
  const last = timeframeMs - 1
  const years: { year: number; months: (number | null)[]; total: number }[] = []
  let [before, yearStart, since] = [capital, capital, 0]
  while (since < equity.length) {
    const [year, month] = yearAndMonth(time[since]! + last)
    const until = firstAtOrAfter(
      time.subarray(0, equity.length),
      Date.UTC(year, month + 1) - last,
      since,
    )
    const end = equity[until - 1]!
    let row = years[years.length - 1]
    if (row?.year !== year) {
      row = { year, months: Array.from({ length: 12 }, () => null), total: 0 }
      years.push(row)
      yearStart = before
    }
    row.months[month] = end / before - 1
    row.total = end / yearStart - 1
    ;[before, since] = [end, until]
  }
  return years
}

function yearAndMonth(time: number): [year: number, month: number] {
  const text = formatTime(time)
  return [Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1]
}

function firstAtOrAfter(time: Float64Array, limit: number, since: number): number {
  let [low, high] = [since + 1, time.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (time[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}
