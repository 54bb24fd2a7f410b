/** Equity at the close of each candle of a run, and how many of them had a position. */
export class EquityCurve {
  /** `length` entries count. */
  values: Float64Array
  length = 0
  candlesInMarket = 0

  /** `room` grows where it is too small. */
  constructor(room: Float64Array) {
    this.values = room
  }

  push(value: number): void {
    if (this.length === this.values.length) this.grow(this.length * 2)
    this.values[this.length++] = value
  }

  /** `cash` for a number of candles. */
  pushFlat({ cash }: { readonly cash: number }, candles: number): void {
    const until = this.length + candles
    if (until > this.values.length) this.grow(until)
    const { values } = this
    // Not `fill`: calling it takes longer than most of these stretches.
    for (let k = this.length; k < until; k++) values[k] = cash
    this.length = until
  }

  /** `cash + quantity * close` for the candles from `first` to before `end`. */
  pushMarked(
    { cash }: { readonly cash: number },
    { quantity }: { readonly quantity: number },
    close: Float64Array,
    first: number,
    end: number,
  ): void {
    const until = this.length + end - first
    if (until > this.values.length) this.grow(until)
    const { values } = this
    const shift = this.length - first
    for (let i = first; i < end; i++) values[i + shift] = cash + quantity * close[i]!
    this.length = until
  }

  /** Room for another point. */
  makeRoom(): void {
    this.grow(this.length * 2)
  }

  replaceLast(value: number): void {
    this.values[this.length - 1] = value
  }

  last(): number {
    return this.values[this.length - 1]!
  }

  /** The curve so far, as a view that stands until it grows. */
  view(): Float64Array {
    return this.values.subarray(0, this.length)
  }

  save(): SavedCurve {
    return { equity: Array.from(this.view()), candlesInMarket: this.candlesInMarket }
  }

  restore({ equity, candlesInMarket }: SavedCurve): void {
    this.length = equity.length
    this.values = new Float64Array(Math.max(256, equity.length * 2))
    this.values.set(equity)
    this.candlesInMarket = candlesInMarket
  }

  private grow(length: number): void {
    const longer = new Float64Array(Math.max(length, this.values.length * 2))
    longer.set(this.values)
    this.values = longer
  }
}

export interface SavedCurve {
  /** Equity at each close, quote currency. */
  readonly equity: readonly number[]
  /** Closes at which a position was held. */
  readonly candlesInMarket: number
}
