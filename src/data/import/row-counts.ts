import { StepCounter } from './step-counter.js'

/** A number of rows with the line of the first. */
export interface Counted {
  count: number
  line: number
}

/** What was seen while reading a file. */
export interface RowCounts {
  rows: number
  /** Rows without prices, repeated headers and comments. */
  readonly empty: Counted
  /** Rows that lack cells at their end, other than prices. */
  readonly short: Counted
  /** Candles of which the file says that they were not finished. */
  readonly unfinished: Counted
  /** Candles whose open or close lies outside of low to high. */
  readonly outside: Counted
  readonly offGrid: Counted
  /** Candles that begin before the one in the row before has ended, or end after it began. */
  readonly overlapping: Counted
  readonly disagreeing: Counted
  readonly steps: StepCounter
}

export function emptyCounts(): RowCounts {
  const none = (): Counted => ({ count: 0, line: 0 })
  return {
    rows: 0,
    empty: none(),
    short: none(),
    unfinished: none(),
    outside: none(),
    offGrid: none(),
    overlapping: none(),
    disagreeing: none(),
    steps: new StepCounter(),
  }
}

export function count(counted: Counted, line: number): void {
  if (counted.count++ === 0) counted.line = line
}
