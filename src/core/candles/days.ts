import { DAY_MS, type Millis } from './time.js'

/** The UTC day that a candle belongs to, that of its last millisecond; days count from the epoch. */
export function dayOfCandle(time: Millis, timeframeMs: Millis): number {
  return Math.floor((time + timeframeMs - 1) / DAY_MS)
}

/** UTC days from that of the first candle to that of the last, both included. */
export function daysOf({
  time,
  length,
  timeframeMs,
}: {
  readonly time: Float64Array
  readonly length: number
  readonly timeframeMs: Millis
}): number {
  return dayOfCandle(time[length - 1]!, timeframeMs) - dayOfCandle(time[0]!, timeframeMs) + 1
}

/**
 * For each UTC day from that of the first candle to that of the last the index after its last candle.
 * A day to which no candle belongs ends where the one before it does.
 */
export function dayEnds(time: Float64Array, timeframeMs: Millis): Int32Array {
  const { length } = time
  const firstDay = dayOfCandle(time[0]!, timeframeMs)
  const ends = new Int32Array(daysOf({ time, length, timeframeMs }))
  let usual = 1
  for (let i = 0; i < length;) {
    const day = dayOfCandle(time[i]!, timeframeMs)
    // The first open whose candle ends in the next day.
    const until = (day + 1) * DAY_MS - timeframeMs + 1
    const next = firstAtOrAfter(time, until, { since: i, usual })
    usual = next - i
    ends[day - firstDay] = next
    i = next
  }
  for (let d = 1; d < ends.length; d++) if (ends[d] === 0) ends[d] = ends[d - 1]!
  return ends
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
