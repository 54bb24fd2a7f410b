import type { Candles, Column } from '../candles/candles.js'
import type { Millis } from '../candles/time.js'
import type { ParamValue } from './params.js'
import type { Moment, OwnOrder, View } from './strategy.js'

/** Index of the candle that has just closed, shared by every view of a leg. */
export class Cursor {
  i = 0
  /** Reads before the first candle, and the first of them. */
  misses = 0
  missedBy: ColumnView | null = null
  missedAgo = 0
  missedAt = 0

  /** Notes a read before the first candle. */
  miss(view: ColumnView, ago: number): void {
    this.misses += 1
    if (this.misses > 1) return
    this.missedBy = view
    this.missedAgo = ago
    this.missedAt = this.i
  }
}

/** A strategy that looked further back than there are candles, and got NaN. */
export interface HistoryMiss {
  /** Name of the strategy. */
  readonly strategy: string
  /** What it read, as it is written: `candle.close` or `indicators.slow`. */
  readonly view: string
  /** How far back it looked. */
  readonly ago: number
  /** Candles that there were, the one just closed among them. */
  readonly history: number
  /** Open time of that candle. */
  readonly time: Millis
  /** Such reads of the run. */
  readonly reads: number
}

const NOTHING: Float64Array = new Float64Array([NaN])

/** The column under a look back: for the engine, not for strategies, for whom it would hold the future. */
export let columnOf: (view: ColumnView) => Float64Array

/** A look back over one column, from where the cursor stands. */
export class ColumnView implements View {
  static {
    columnOf = view => view.#column
    Object.freeze(this.prototype)
  }

  // Private where it runs too: these columns hold the future.
  #column: Float64Array
  readonly #cursor: Cursor

  constructor(column: Float64Array, cursor: Cursor) {
    this.#column = column
    this.#cursor = cursor
  }

  /** `isQuiet`: not a word of it where there is no such candle. */
  at(ago: number, isQuiet = false): number {
    if (ago < 0) throw futureAsked(ago)
    const i = this.#cursor.i - ago
    // Choosing between two columns, not two numbers: V8 boxes the result of the latter.
    const isBefore = i < 0
    const column = isBefore ? this.nothing(ago, isQuiet) : this.#column
    return column[isBefore ? 0 : i]!
  }

  /** @throws TypeError: compared as a whole it would be NaN, without a word */
  [Symbol.toPrimitive](): never {
    throw new TypeError(
      'a look back is used as a number; write .at(0) behind it for the candle just closed',
    )
  }

  /** Points it at a column that has moved because it grew. */
  follow(column: Float64Array): void {
    this.#column = column
  }

  private nothing(ago: number, isQuiet: boolean): Float64Array {
    if (!isQuiet) this.#cursor.miss(this, ago)
    return NOTHING
  }
}

/** Apart, so that what is called at every candle stays small enough for V8 to put it into its callers. */
function futureAsked(ago: number): RangeError {
  return new RangeError(`at(${ago}) asks for the future; the candle just closed is at(0)`)
}

/** What a leg tells a strategy about itself. */
export interface Holdings {
  /** Share of equity in the market; below 0 for a short. */
  exposureNow(): number
  /** Average price of what is held; 0 while flat. */
  entryPriceNow(): number
  /** Closes since the entry, the close of the entry candle being 1; 0 while flat. */
  candlesHeldNow(): number
  /** Best price since the entry; 0 while flat. */
  bestSinceNow(): number
  /** Equity of the account, quote currency. */
  equityNow(): number
  /** Its own resting orders, in the order of the latest answer. */
  ordersNow(): readonly OwnOrder[]
}

/** The one moment that a leg lends to its strategy at every close. */
export class LegMoment implements Moment<
  Readonly<Record<string, ParamValue>>,
  Readonly<Record<string, View>>
> {
  readonly params: Readonly<Record<string, ParamValue>>
  readonly candle: Readonly<Record<Column, ColumnView>>
  readonly indicators: Readonly<Record<string, ColumnView>>
  static {
    Object.freeze(this.prototype)
  }

  readonly #cursor: Cursor
  readonly #candles: Candles
  readonly #holdings: Holdings

  constructor(
    params: Readonly<Record<string, ParamValue>>,
    candles: Candles,
    columns: Readonly<Record<string, Float64Array>>,
    cursor: Cursor,
    holdings: Holdings,
  ) {
    const view = (column: Float64Array): ColumnView => new ColumnView(column, cursor)
    this.params = params
    this.#candles = candles
    this.#cursor = cursor
    this.#holdings = holdings
    this.candle = {
      open: view(candles.open),
      high: view(candles.high),
      low: view(candles.low),
      close: view(candles.close),
      volume: view(candles.volume),
    }
    const indicators: Record<string, ColumnView> = {}
    for (const name of Object.keys(columns)) indicators[name] = view(columns[name]!)
    this.indicators = indicators
  }

  get time(): number {
    return this.#candles.time[this.#cursor.i]!
  }

  get exposure(): number {
    return this.#holdings.exposureNow()
  }

  get entryPrice(): number {
    return this.#holdings.entryPriceNow()
  }

  get candlesHeld(): number {
    return this.#holdings.candlesHeldNow()
  }

  get bestSince(): number {
    return this.#holdings.bestSinceNow()
  }

  get equity(): number {
    return this.#holdings.equityNow()
  }

  get orders(): readonly OwnOrder[] {
    return this.#holdings.ordersNow()
  }

  /** The first read of the strategy before the first candle; null where there was none. */
  missOf(strategy: string): HistoryMiss | null {
    const { missedBy, missedAgo, missedAt, misses } = this.#cursor
    if (missedBy === null) return null
    const time = this.#candles.time[missedAt]!
    const view = this.nameOf(missedBy)
    return { strategy, view, ago: missedAgo, history: missedAt + 1, time, reads: misses }
  }

  private nameOf(view: ColumnView): string {
    for (const group of ['candle', 'indicators'] as const) {
      const found = Object.entries<ColumnView>(this[group]).find(([, own]) => own === view)
      if (found !== undefined) return `${group}.${found[0]}`
    }
    return 'a view'
  }

  /** Points the views at columns that have moved because they grew. */
  follow(columns: Readonly<Record<string, Float64Array>>): void {
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
      this.candle[name].follow(this.#candles[name])
    }
    for (const name of Object.keys(this.indicators)) this.indicators[name]!.follow(columns[name]!)
  }
}
