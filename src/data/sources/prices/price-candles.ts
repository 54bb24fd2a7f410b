import { bucketOpen } from '../../../core/candles/resample.js'
import type { Millis } from '../../../core/candles/time.js'
import type { CandleRow } from '../../../core/ports/market/candles.js'
import type { FeedEvent } from '../../../core/ports/market/feed.js'
import type { PriceSample } from './jump-filter.js'

/** A candle that is forming. */
interface Forming {
  open: string
  high: string
  low: string
  close: string
}

/**
 * Makes candles of prices that were polled, by the time of their source: each once, when it is over.
 * They have no volume, and their highs and lows are those of the prices that were seen. A candle
 * without a price carries the close before and has the volume 0; where the source said nothing at
 * all there is none. No I/O, no clock.
 */
export class PriceCandles {
  /** The open of the candle that is given out next. */
  next: Millis
  readonly counts = { prices: 0, late: 0, carried: 0 }
  private readonly timeframeMs: Millis
  private readonly forming = new Map<Millis, Forming>()
  private readonly heard = new Set<Millis>()
  private close: string | undefined

  /** @param from the open of the first candle */
  constructor({ timeframeMs, from }: { readonly timeframeMs: Millis; readonly from: Millis }) {
    this.timeframeMs = timeframeMs
    this.next = from
  }

  /** The source has answered, whether with a new price or not. */
  hear(at: Millis): void {
    const open = bucketOpen(at, this.timeframeMs)
    if (open >= this.next) this.heard.add(open)
  }

  /** A price; one that comes after its candle was given out is dropped and counted. */
  take({ price, time }: PriceSample): void {
    const open = bucketOpen(time, this.timeframeMs)
    if (open < this.next) {
      if (this.close === undefined) this.close = price
      else this.counts.late++
      return
    }
    this.counts.prices++
    this.heard.add(open)
    const candle = this.forming.get(open)
    if (candle === undefined) {
      this.forming.set(open, { open: price, high: price, low: price, close: price })
      return
    }
    if (Number(price) > Number(candle.high)) candle.high = price
    if (Number(price) < Number(candle.low)) candle.low = price
    candle.close = price
  }

  /** Gives out all candles that end by then. */
  closeUntil(end: Millis): readonly FeedEvent[] {
    const events: FeedEvent[] = []
    for (; this.next + this.timeframeMs <= end; this.next += this.timeframeMs) {
      events.push(this.give(this.next))
      this.forming.delete(this.next)
      this.heard.delete(this.next)
    }
    return events
  }

  private give(time: Millis): FeedEvent {
    const candle = this.forming.get(time)
    if (candle !== undefined) {
      this.close = candle.close
      return { kind: 'candle', candle: { time, ...candle, volume: null }, isReplayed: false }
    }
    const { close } = this
    if (close === undefined || !this.heard.has(time)) return { kind: 'missing', time }
    this.counts.carried++
    const carried: CandleRow = { time, open: close, high: close, low: close, close, volume: '0' }
    return { kind: 'candle', candle: carried, isReplayed: false, isCarried: true }
  }
}
