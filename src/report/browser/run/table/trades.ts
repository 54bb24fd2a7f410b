import type { Market, TradeData } from '../load.js'

/** Trades with the candles they happened in, findable by candle. */
export interface TradeIndex {
  readonly data: TradeData
  readonly length: number
  /** Index of the candle of the entry and of the exit. */
  readonly entryAt: Float64Array
  readonly exitAt: Float64Array
  /** Trades in the order of their entries and of their exits. */
  readonly byEntry: Uint32Array
  readonly byExit: Uint32Array
}

/** Finds the candles of all trades. */
export function indexTrades(data: TradeData, market: Market): TradeIndex {
  const entryAt = data.entryTime.map(time => candleAt(market.time, time))
  const exitAt = data.exitTime.map(time => candleAt(market.time, time))
  return {
    data,
    length: entryAt.length,
    entryAt,
    exitAt,
    byEntry: orderBy(entryAt),
    byExit: orderBy(exitAt),
  }
}

/** Trades whose `column` lies in `[since, until)`, in its order. */
export function tradesWithin(
  column: Float64Array,
  order: Uint32Array,
  since: number,
  until: number,
): Uint32Array {
  return order.subarray(lowerBound(column, order, since), lowerBound(column, order, until))
}

/** Index of the last candle that opens at or before `time`. */
function candleAt(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! <= time) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

function orderBy(column: Float64Array): Uint32Array {
  const order = Uint32Array.from(column, (_, k) => k)
  return order.sort((a, b) => column[a]! - column[b]! || a - b)
}

function lowerBound(column: Float64Array, order: Uint32Array, value: number): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (column[order[middle]!]! < value) low = middle + 1
    else high = middle
  }
  return low
}
