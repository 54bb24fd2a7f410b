import type { Candles } from './candles.js'

/**
 * A faster means to the same end: the loop over the candles of one long or flat leg as machine code. It
 * works on numbers in `registers`, which core/kernel-registers.ts names, and on its own copy of the candles.
 */
export interface Kernel {
  readonly registers: Float64Array
  /** Trades that were closed, in the rows of the trade log, with indices of candles for times. */
  readonly trades: Float64Array
  /** Takes other candles, unless it has these. */
  open(candles: Candles): void
  /** A place for the equity at each candle that it has. */
  readonly equity: Float64Array
  /**
   * Takes the candles from `first` to before `end`: the order at the first open, then protective exits
   * and marks, as `Engine.step` does. @returns bits: ENTERED, EXITED, REFUSED
   */
  pass(first: number, end: number): number
  /** As `DrawdownMeter.take`, for a curve that begins at the candle `first`, up to before point `end`. */
  measure(first: number, end: number): void
}
