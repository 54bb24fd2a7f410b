import type { Candles } from '../candles/candles.js'
import {
  latestOf,
  referencesOf,
  settleAfter,
  startSource,
  warmupAfter,
  type Indicator,
  type Source,
  type Step,
} from './indicator.js'

/**
 * A running computation over numbers instead of candles, so that indicators can be built from
 * each other. Answers NaN until it has a value; a NaN that comes in is answered with NaN and is
 * not counted, so a fold starts at the first value of its source.
 */
export interface Fold {
  /** Takes the next number. @returns the value with it, NaN before there is one */
  push(value: number): number
}

class FoldStep implements Step {
  private readonly source: Step
  private readonly fold: Fold

  constructor(source: Step, fold: Fold) {
    this.source = source
    this.fold = fold
  }

  next(candles: Candles, i: number): number {
    return this.fold.push(this.source.next(candles, i))
  }
}

/** What a fold over one source declares. */
export interface Folded {
  /** Unique for the computation and all its arguments, for example `sma(20,close)`. */
  readonly key: string
  /** What it is computed from. */
  readonly source: Source
  /** Values of the source before the first value of the fold. */
  readonly wait: number
  /** Values of the source until its start no longer shows; as `wait` where absent. */
  readonly settle?: number
  /** Begins a computation of its own. */
  readonly fold: () => Fold
}

/** An indicator that is a fold over one source. */
export function folded({ key, source, wait, settle = wait, fold }: Folded): Indicator {
  return {
    key,
    warmup: warmupAfter(source, wait),
    settle: settleAfter(source, settle),
    references: referencesOf(source),
    start: () => new FoldStep(startSource(source), fold()),
  }
}

class PairStep implements Step {
  private readonly a: Step
  private readonly b: Step
  private readonly join: (a: number, b: number) => number

  constructor(a: Step, b: Step, join: (a: number, b: number) => number) {
    this.a = a
    this.b = b
    this.join = join
  }

  next(candles: Candles, i: number): number {
    return this.join(this.a.next(candles, i), this.b.next(candles, i))
  }
}

/** An indicator joined from two others, candle by candle. `join` must answer NaN with NaN. */
export function paired(
  key: string,
  [a, b]: readonly [Source, Source],
  join: (a: number, b: number) => number,
): Indicator {
  return {
    key,
    warmup: latestOf([warmupAfter(a, 0), warmupAfter(b, 0)]),
    settle: latestOf([settleAfter(a, 0), settleAfter(b, 0)]),
    references: referencesOf(a, b),
    start: () => new PairStep(startSource(a), startSource(b), join),
  }
}

/** Values until a weight that falls by `1 - alpha` each time is below 1e-6. */
export function fadeLength(alpha: number): number {
  return alpha >= 1 ? 0 : Math.ceil(Math.log(1e-6) / Math.log1p(-alpha))
}
