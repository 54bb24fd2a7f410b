import type { Candles } from '../../candles/candles.js'
import type { DetailCandles } from '../../candles/detail.js'
import type { Millis } from '../../candles/time.js'

/** One market of an account: its candles, and how far they have come. */
export class MarketFeed {
  readonly candles: Candles
  readonly detail: DetailCandles | null
  /** Index of the first candle of the run; those before have only warmed indicators. */
  first: number
  /** Index of the last candle that was taken. */
  at: number
  /** Whether a candle opens at the time that the account stands at. */
  isOpen = false
  /** The last price shown: the open of a candle while orders fill, its close from then on; 0 before any. */
  price = 0
  /** The close before the present candle; its open where there is none. */
  lastClose = 0

  constructor(candles: Candles, detail: DetailCandles | null, first: number) {
    this.candles = candles
    this.detail = detail
    this.first = first
    this.at = first - 1
  }

  /** Goes to the next candle, which opens. */
  open(): void {
    const next = this.at + 1
    this.lastClose = this.price === 0 ? this.candles.open[next]! : this.price
    this.at = next
    this.price = this.candles.open[next]!
  }

  /** The candle it takes part with has closed. */
  close(): void {
    if (this.isOpen) this.price = this.candles.close[this.at]!
  }

  /** Stands at the close of the candle at index `i`. */
  standAt(i: number): void {
    this.at = i
    this.isOpen = true
    this.price = this.candles.close[i]!
  }

  /** Open time of the last candle that was taken. */
  get time(): Millis {
    return this.candles.time[this.at]!
  }
}
