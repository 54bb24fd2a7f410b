import type { Millis } from './time.js'

/** A column of a candle that an indicator can read. */
export type Column = 'open' | 'high' | 'low' | 'close' | 'volume'

/** One candle: `[time, time + timeframe)`, `time` being its open. It exists once it has closed. */
export interface Candle {
  /** Its open, UTC milliseconds. */
  readonly time: Millis
  /** First price, quote a base unit. */
  readonly open: number
  /** Highest price. */
  readonly high: number
  /** Lowest price. */
  readonly low: number
  /** Last price. */
  readonly close: number
  /** Base units; 0 where the source has none. */
  readonly volume: number
}

/**
 * Candles of one market and timeframe, a column a field, ascending in time, no duplicates.
 * A gap is an absent candle. Columns may be longer than `length`; only `length` entries count.
 */
export interface Candles {
  /** Length of each candle, milliseconds. */
  readonly timeframeMs: Millis
  /** How many candles there are: the entries of each column that count. */
  readonly length: number
  /** Opens, UTC milliseconds. */
  readonly time: Float64Array
  /** First prices, quote a base unit. */
  readonly open: Float64Array
  /** Highest prices. */
  readonly high: Float64Array
  /** Lowest prices. */
  readonly low: Float64Array
  /** Last prices. */
  readonly close: Float64Array
  /** Base units; 0 where the source has none. */
  readonly volume: Float64Array
  /** Candles of other markets and timeframes beside these, for indicators that read them. */
  readonly references?: readonly ReferenceCandles[]
}

/** Candles of a market or timeframe that a strategy reads and does not trade. */
export interface ReferenceCandles {
  /** Its market. */
  readonly symbol: string
  /** What it has, ascending in time as all candles. */
  readonly candles: Candles
}

export const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const

/** Empty columns for `length` candles, each in shared memory where `shared` asks for it. */
export function allocateCandles(timeframeMs: Millis, length: number, shared = false): Candles {
  const column = (): Float64Array =>
    new Float64Array(shared ? new SharedArrayBuffer(length * 8) : new ArrayBuffer(length * 8))
  return {
    timeframeMs,
    length,
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  }
}

/** Columns from candle objects, for small inputs such as tests and configuration. */
export function candlesFrom(timeframeMs: Millis, list: readonly Candle[]): Candles {
  const candles = allocateCandles(timeframeMs, list.length)
  list.forEach((candle, i) => {
    for (const column of COLUMNS) candles[column][i] = candle[column]
  })
  return candles
}

/** The candle at an index, as an object. */
export function candleAt(candles: Candles, i: number): Candle {
  return {
    time: candles.time[i]!,
    open: candles.open[i]!,
    high: candles.high[i]!,
    low: candles.low[i]!,
    close: candles.close[i]!,
    volume: candles.volume[i]!,
  }
}

/**
 * Candles `since` (inclusive) to `until` (exclusive), by index, as views on the same memory. What is
 * beside them stays whole.
 */
export function cutCandles(candles: Candles, since: number, until: number): Candles {
  const cut = (column: Float64Array): Float64Array => column.subarray(since, until)
  return {
    timeframeMs: candles.timeframeMs,
    length: until - since,
    time: cut(candles.time),
    open: cut(candles.open),
    high: cut(candles.high),
    low: cut(candles.low),
    close: cut(candles.close),
    volume: cut(candles.volume),
    ...(candles.references && { references: candles.references }),
  }
}

/** The same columns with candles of other markets beside them. */
export function withReferences(candles: Candles, references: readonly ReferenceCandles[]): Candles {
  return { ...cutCandles(candles, 0, candles.length), references }
}

/** The index of the first candle that opens at or after `time`; `length` where there is none. */
export function indexAtOrAfter(candles: Candles, time: Millis): number {
  let low = 0
  let high = candles.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (candles.time[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

/** Candles that grow one at a time, as a live session sees them. Columns double when full. */
export class CandleBuffer implements Candles {
  readonly timeframeMs: Millis
  length = 0
  time: Float64Array
  open: Float64Array
  high: Float64Array
  low: Float64Array
  close: Float64Array
  volume: Float64Array
  readonly references: readonly ReferenceCandles[]

  constructor(timeframeMs: Millis, capacity = 256, references: readonly ReferenceCandles[] = []) {
    this.timeframeMs = timeframeMs
    this.references = references
    const empty = allocateCandles(timeframeMs, capacity)
    this.time = empty.time
    this.open = empty.open
    this.high = empty.high
    this.low = empty.low
    this.close = empty.close
    this.volume = empty.volume
  }

  append(
    time: Millis,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  ): void {
    if (this.length === this.time.length) this.grow()
    const i = this.length++
    this.time[i] = time
    this.open[i] = open
    this.high[i] = high
    this.low[i] = low
    this.close[i] = close
    this.volume[i] = volume
  }

  private grow(): void {
    for (const column of COLUMNS) {
      const longer = new Float64Array(
        this.time.length === this[column].length ? this[column].length * 2 : this.time.length,
      )
      longer.set(this[column])
      this[column] = longer
    }
  }
}
