import type { Candles } from '../candles/candles.js'

/**
 * A faster means to the same end: the loop over the candles of one long or flat leg as machine code. It
 * works on numbers in `registers`, which core/fast/kernel-registers.ts names, and on its own copy of the candles.
 */
export interface Kernel {
  /** Numbers in and out, by the places of kernel-registers.ts. */
  readonly registers: Float64Array
  /** Trades that were closed, in the rows of the trade log, with indices of candles for times. */
  readonly trades: Float64Array
  /** A place for the equity at each candle that it has. */
  readonly equity: Float64Array
  /**
   * Takes other candles, unless it has these; what it has lent before is void then.
   * @returns false where it has no room for so many, or an open lies outside of its candle
   */
  open(candles: Candles): boolean
  /** Its copy of the candles: what reads the same memory as its loop finds it in the processor's cache. */
  readonly candles: Candles
  /**
   * The two columns at whose crosses the strategy is asked, in its own memory: a copy of one that is
   * known whole and stays as it is, room for one that is computed while it is read (undefined).
   */
  columns(
    a: Float64Array | undefined,
    b: Float64Array | undefined,
  ): readonly [Float64Array, Float64Array]
  /** Names the columns at whose crosses the strategy is asked; both are of `columns`. */
  cross(a: Float64Array, b: Float64Array): void
  /**
   * Takes the candles from `first` to before `end` as `Engine.step` does, strategy and all: `ask` is called
   * at each close at which it has to be asked, and writes its order into the registers.
   * @returns `end`; or the index of the candle before which it stopped, because the order is none that
   * it fills or there is no room for another trade
   */
  go(first: number, end: number, ask: (i: number) => void): number
  /** As `DrawdownMeter.take`, for a curve that begins at the candle `first`, up to before point `end`. */
  measure(first: number, end: number): void
}
