import type { QuoteEvent } from '../../../core/ports/market/feed.js'
import type { QuoteColumns } from '../../../core/ports/market/quotes.js'
import type { Timed } from '../feed/replay-feed.js'

/** The sizes that were recorded, ascending. */
export function recordedSizes({ size, length }: QuoteColumns): readonly number[] {
  return [...new Set(size.subarray(0, length))].sort((a, b) => a - b)
}

/**
 * Recorded quotes of one size as a live feed gives them: both sides of a round, in the order of time.
 * Rounds without one of the sides are left out.
 */
export function recordedQuotes(columns: QuoteColumns, size: number): readonly Timed<QuoteEvent>[] {
  const events: Timed<QuoteEvent>[] = []
  for (const [buy, sell] of sidesOf(columns, size)) {
    const [ask, bid] = [columns.price[buy]!, columns.price[sell]!]
    const slot = Math.min(columns.slot[buy]!, columns.slot[sell]!)
    const time = Math.min(columns.time[buy]!, columns.time[sell]!)
    const known = Math.max(columns.time[buy]!, columns.time[sell]!)
    events.push({
      at: known,
      event: {
        kind: 'quote',
        bid,
        ask,
        size,
        slot: Number.isNaN(slot) ? null : slot,
        time,
        isReplayed: true,
      },
    })
  }
  return events.sort((a, b) => a.at - b.at)
}

/** The places of each round's first purchase and first sale of a size. */
function sidesOf(
  { length, round, size, isBuy, price }: QuoteColumns,
  wanted: number,
): readonly (readonly [buy: number, sell: number])[] {
  const pairs: (readonly [number, number])[] = []
  let [current, buy, isDone] = [-1, -1, false]
  for (let i = 0; i < length; i++) {
    if (round[i] !== current) [current, buy, isDone] = [round[i]!, -1, false]
    if (isDone || size[i] !== wanted || Number.isNaN(price[i])) continue
    if (isBuy[i] === 1) buy = i
    else if (buy >= 0) {
      pairs.push([buy, i])
      isDone = true
    }
  }
  return pairs
}
