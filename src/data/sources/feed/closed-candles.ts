import type { Millis } from '../../../core/candles/time.js'
import type { CandleRow } from '../../../core/ports/market/candles.js'
import { valuesOf } from '../reading/candle-values.js'
import type { FeedEvent } from '../../../core/ports/market/feed.js'

/** What a source answered for the candles since some open. */
export interface FeedAnswer {
  /** Closed candles in order, each once. */
  readonly candles: readonly CandleRow[]
  /** The end of what can be closed. */
  readonly until: Millis
  readonly sourceTime: Millis
}

export interface ClosedCandlesOptions {
  readonly timeframeMs: Millis
  /** The open of the first candle that is given out. */
  readonly from: Millis
  /** How long after its end a candle may still come before it is given up. */
  readonly patienceMs: Millis
}

/** So many candles are remembered, to tell revisions. */
const REMEMBERED = 500

/**
 * Turns answers that overlap, repeat, come late or leave out into candles that are given out each
 * once and in order. No I/O, no clock: the same answers give the same events.
 */
export class ClosedCandles {
  /** The open of the candle that is given out next. */
  next: Millis
  private readonly options: ClosedCandlesOptions
  private readonly given = new Map<Millis, string | null>()

  constructor(options: ClosedCandlesOptions) {
    this.options = options
    this.next = options.from
  }

  /** The open from which on answers are worth asking for: a few candles back, to see revisions. */
  get askFrom(): Millis {
    const { timeframeMs, from } = this.options
    return Math.max(from, this.next - OVERLAP * timeframeMs)
  }

  take({ candles, until, sourceTime }: FeedAnswer): readonly FeedEvent[] {
    const events: FeedEvent[] = []
    const fresh = new Map<Millis, CandleRow>()
    for (const candle of candles) {
      if (candle.time >= this.next) fresh.set(candle.time, candle)
      else this.compare(candle, events)
    }
    const last = candles[candles.length - 1]?.time ?? -Infinity
    for (; this.next < until; this.next += this.options.timeframeMs) {
      const candle = fresh.get(this.next)
      if (candle !== undefined) events.push(this.give(candle, sourceTime))
      else if (this.isGivenUp(last, sourceTime)) events.push(this.miss())
      else break
    }
    return events
  }

  /** A later candle is there, or nothing can be expected any more. */
  private isGivenUp(last: Millis, sourceTime: Millis): boolean {
    const { timeframeMs, patienceMs } = this.options
    return last > this.next || sourceTime >= this.next + timeframeMs + patienceMs
  }

  private give(candle: CandleRow, sourceTime: Millis): FeedEvent {
    const { timeframeMs } = this.options
    this.remember(candle.time, valuesOf(candle))
    const isReplayed = sourceTime - (candle.time + timeframeMs) > timeframeMs
    return { kind: 'candle', candle, isReplayed }
  }

  private miss(): FeedEvent {
    this.remember(this.next, null)
    return { kind: 'missing', time: this.next }
  }

  private compare(candle: CandleRow, events: FeedEvent[]): void {
    const before = this.given.get(candle.time)
    const after = valuesOf(candle)
    if (before === undefined || before === after) return
    if (before === null) events.push({ kind: 'late', candle })
    else events.push({ kind: 'revised', time: candle.time, before, after })
    this.given.set(candle.time, after)
  }

  private remember(time: Millis, values: string | null): void {
    this.given.set(time, values)
    if (this.given.size <= REMEMBERED) return
    const [oldest] = this.given.keys()
    this.given.delete(oldest!)
  }
}

const OVERLAP = 3
