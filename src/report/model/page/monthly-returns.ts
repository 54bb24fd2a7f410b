import { formatTime } from '../../../core/candles/time.js'

/** Returns of one calendar year, UTC. Null for a month that the run does not touch. */
export interface YearReturns {
  readonly year: number
  /** Twelve fractions, January first. */
  readonly months: readonly (number | null)[]
  readonly total: number
}

/**
 * Return of each UTC month: its last equity against the last equity before it, the first against
 * the capital. A month belongs to the candle that opens in it.
 */
export function monthlyReturns(
  time: Float64Array,
  equity: Float64Array,
  capital: number,
): YearReturns[] {
  const years: { year: number; months: (number | null)[]; total: number }[] = []
  let [before, yearStart, since] = [capital, capital, 0]
  while (since < time.length) {
    const [year, month] = yearAndMonth(time[since]!)
    const until = firstAtOrAfter(time, Date.UTC(year, month + 1), since)
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
