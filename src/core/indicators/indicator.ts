import type { Candles, Column } from '../candles.js'

/**
 * One running computation over candles. `next` is called once per candle, in order, with the
 * index of the candle that has just closed: by the backtest as a fold over the column, by paper
 * and live once more per candle. It may read `candles` at `i` and before, never after.
 * Returns NaN until it has a value.
 */
export interface Step {
  next(candles: Candles, i: number): number
}

/** A declared indicator: data that names a computation. Equal keys mean equal columns. */
export interface Indicator {
  /** Unique for the computation and all its arguments, for example `sma(20,close)`. */
  readonly key: string
  /**
   * How many candles at the start have no value: the first value stands at this index where no
   * candle is missing. A function of the timeframe where the window is a length of time.
   */
  readonly warmup: number | ((timeframeMs: number) => number)
  /**
   * Candles after which the start no longer shows, to 1e-6 of the value. Equals `warmup` for
   * windows; longer for recursive averages, whose seed fades.
   */
  readonly settle?: number
  start(): Step
}

/** What an indicator is computed from: a column of the candle, or another indicator. */
export type Source = Column | Indicator

export function sourceKey(source: Source): string {
  return typeof source === 'string' ? source : source.key
}

/** Candles without a value before the source has one. */
export function sourceWarmup(source: Source): number | ((timeframeMs: number) => number) {
  return typeof source === 'string' ? 0 : source.warmup
}

export function warmupOf(indicator: Indicator, timeframeMs: number): number {
  return typeof indicator.warmup === 'number' ? indicator.warmup : indicator.warmup(timeframeMs)
}

/** `extra` candles more than a source needs. */
export function warmupAfter(source: Source, extra: number): Indicator['warmup'] {
  const before = sourceWarmup(source)
  return typeof before === 'number' ? before + extra : (length: number) => before(length) + extra
}

class ColumnStep implements Step {
  private readonly column: Column

  constructor(column: Column) {
    this.column = column
  }

  next(candles: Candles, i: number): number {
    return candles[this.column][i]!
  }
}

/** The running computation that reads a source. */
export function startSource(source: Source): Step {
  return typeof source === 'string' ? new ColumnStep(source) : source.start()
}

/** The whole column of an indicator: its step folded over the candles. */
export function computeIndicator(indicator: Indicator, candles: Candles): Float64Array {
  const step = indicator.start()
  const values = new Float64Array(candles.length)
  for (let i = 0; i < candles.length; i++) values[i] = step.next(candles, i)
  return values
}
