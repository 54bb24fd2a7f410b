import type { Candles, Column } from '../candles/candles.js'

/**
 * One running computation over candles. `next` is called once per candle, in order, with the
 * index of the candle that has just closed: by the backtest as a fold over the column, by paper
 * and live once more per candle. It may read `candles` at `i` and before, never after.
 * Returns NaN until it has a value.
 */
export interface Step {
  /** The value at the close of the candle at index `i`; NaN before there is one. */
  next(candles: Candles, i: number): number
  /**
   * Writes what `next` gives for the candles from `first` to before `end`, going on from where the
   * last call ended; a loop of its own, for the indicators that runs wait for. The contract of
   * indicators holds both to the same bits.
   */
  fill?(candles: Candles, values: Float64Array, first: number, end: number): void
}

/** A number of candles; a function of the timeframe where it follows from a length of time. */
export type CandleCount = number | ((timeframeMs: number) => number)

/** A declared indicator: data that names a computation. Equal keys mean equal columns. */
export interface Indicator {
  /** Unique for the computation and all its arguments, for example `sma(20,close)`. */
  readonly key: string
  /**
   * How many candles at the start have no value: the first value stands at this index where no
   * candle is missing. Only `on` may be earlier: there it is the latest, whatever the alignment.
   */
  readonly warmup: CandleCount
  /**
   * The index from which on the start no longer shows, to 1e-6 of the value (of the price, for
   * differences of prices). As `warmup` for windows, which is what it is where absent; later for
   * recursive averages, whose seed fades; Infinity for running totals, whose level is the start's.
   */
  readonly settle?: CandleCount
  /** Other candles that it reads; whoever runs it puts them beside the candles. */
  readonly references?: readonly Reference[] | undefined
  /** Begins a computation of its own, from the first candle on. */
  start(): Step
}

/** Another market or timeframe whose candles an indicator reads. */
export interface Reference {
  /** Its market. */
  readonly symbol: string
  /** Null for that of the candles that it is computed beside. */
  readonly timeframe: string | null
}

/** What an indicator is computed from: a column of the candle, or another indicator. */
export type Source = Column | Indicator

export function sourceKey(source: Source): string {
  return typeof source === 'string' ? source : source.key
}

/** Candles without a value before the source has one. */
export function sourceWarmup(source: Source): CandleCount {
  return typeof source === 'string' ? 0 : source.warmup
}

/** The other candles that sources read; undefined where they read none. */
export function referencesOf(...sources: readonly Source[]): readonly Reference[] | undefined {
  const all = sources.flatMap(source =>
    typeof source === 'string' ? [] : (source.references ?? []),
  )
  return all.length === 0 ? undefined : all
}

export function warmupOf(indicator: Indicator, timeframeMs: number): number {
  return candleCount(indicator.warmup, timeframeMs)
}

/** The index from which on the start of the candles no longer shows. */
export function settleOf(indicator: Indicator, timeframeMs: number): number {
  return candleCount(indicator.settle ?? indicator.warmup, timeframeMs)
}

/** `extra` candles more than a source needs. */
export function warmupAfter(source: Source, extra: number): CandleCount {
  return later(sourceWarmup(source), extra)
}

/** `extra` candles more than a source needs to settle. */
export function settleAfter(source: Source, extra: number): CandleCount {
  return later(typeof source === 'string' ? 0 : (source.settle ?? source.warmup), extra)
}

/** The largest of several counts. */
export function latestOf(counts: readonly CandleCount[]): CandleCount {
  return counts.every(count => typeof count === 'number')
    ? Math.max(...counts)
    : length => Math.max(...counts.map(count => candleCount(count, length)))
}

function candleCount(count: CandleCount, timeframeMs: number): number {
  return typeof count === 'number' ? count : count(timeframeMs)
}

function later(count: CandleCount, extra: number): CandleCount {
  return typeof count === 'number' ? count + extra : length => count(length) + extra
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
  const values = new Float64Array(candles.length)
  foldIndicator(indicator, candles, values)
  return values
}

/** As `computeIndicator`, into `values`. */
export function foldIndicator(indicator: Indicator, candles: Candles, values: Float64Array): void {
  const step = indicator.start()
  if (step.fill !== undefined) step.fill(candles, values, 0, candles.length)
  else for (let i = 0; i < candles.length; i++) values[i] = step.next(candles, i)
}
