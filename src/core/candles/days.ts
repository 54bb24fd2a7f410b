import { DAY_MS, type Millis } from './time.js'

/** UTC days from the first time to the last, both included. */
export function daysOf({
  time,
  length,
}: {
  readonly time: Float64Array
  readonly length: number
}): number {
  return dayOf(time[length - 1]!) - dayOf(time[0]!) + 1
}

/**
 * For each UTC day from the first time to the last the index after its last candle. A day without
 * candles ends where the one before it does.
 */
export function dayEnds(time: Float64Array): Int32Array {
  const { length } = time
  const firstDay = dayOf(time[0]!)
  const ends = new Int32Array(daysOf({ time, length }))
  let usual = 1
  for (let i = 0; i < length;) {
    const day = dayOf(time[i]!)
    const next = firstAtOrAfter(time, (day + 1) * DAY_MS, { since: i, usual })
    usual = next - i
    ends[day - firstDay] = next
    i = next
  }
  for (let d = 1; d < ends.length; d++) if (ends[d] === 0) ends[d] = ends[d - 1]!
  return ends
}

function dayOf(time: Millis): number {
  return Math.floor(time / DAY_MS)
}

/**
 * Index of the first time at or after `until`, looking onward from `since`: first as far as the day
 * before was, which most days without a hole are, then in doubling steps.
 */
function firstAtOrAfter(
  time: Float64Array,
  until: Millis,
  { since, usual }: { since: number; usual: number },
): number {
  const { length } = time
  const guess = since + usual
  if (guess < length && time[guess - 1]! < until && time[guess]! >= until) return guess
  let step = 1
  let low = since
  while (low + step < length && time[low + step]! < until) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, length)
  while (low + 1 < high) {
    const middle = (low + high) >>> 1
    if (time[middle]! < until) low = middle
    else high = middle
  }
  return high
}
