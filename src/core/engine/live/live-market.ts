import { assert, broken } from '../../assert.js'
import {
  candleAt,
  CandleBuffer,
  indexAtOrAfter,
  type Candle,
  type Candles,
  type ReferenceCandles,
} from '../../candles/candles.js'
import type { Millis } from '../../candles/time.js'
import type { LegSpec } from '../../trading/desk.js'
import { readMarkets } from '../columns.js'
import { GrowingColumns } from './growing-columns.js'

/** One market of a session and what trades on it. */
export interface SessionMarket {
  /** Length of its candles, milliseconds. */
  readonly timeframeMs: Millis
  /** What trades on it, in canonical order. */
  readonly legs: readonly LegSpec[]
  /** Open time of the first candle at which strategies are asked, where later than they could be. */
  readonly decideFrom?: Millis
  /** Finer candles of the same market, there before its own close. */
  readonly detail?: Candles | null
}

/** A market whose candles come one by one. */
export class LiveMarket {
  readonly candles: CandleBuffer
  readonly columns: GrowingColumns
  readonly decideFrom: Millis
  private readonly references: readonly LiveReference[]
  /** Candles whose columns are computed. */
  private computed = 0

  constructor({ timeframeMs, legs, decideFrom = -Infinity }: SessionMarket, known: LiveReferences) {
    this.decideFrom = decideFrom
    this.references = known.readBy(legs, timeframeMs)
    this.candles = new CandleBuffer(timeframeMs, 256, this.references)
    this.columns = new GrowingColumns(legs)
  }

  append(candle: Candle): void {
    appendTo(this.candles, candle)
  }

  /** Computes the columns of the candles up to index `last`. */
  compute(last: number): void {
    for (; this.computed <= last; this.computed++) this.columns.append(this.candles, this.computed)
  }

  /** Whether nothing that has closed by `time` can still come of the markets that indicators read. */
  hasReferences(time: Millis): boolean {
    return this.references.every(
      ({ candles }) => lastTime(candles) + 2 * candles.timeframeMs > time,
    )
  }
}

/** A market that indicators read, with its candles so far. */
interface LiveReference {
  readonly symbol: string
  readonly candles: CandleBuffer
}

/** The candles of all that the indicators of a session read; each once, whatever reads it. */
export class LiveReferences {
  private readonly all: LiveReference[] = []

  /** What legs on candles of this length read. */
  readBy(legs: readonly LegSpec[], timeframeMs: Millis): LiveReference[] {
    return readMarkets(legs, timeframeMs).map(read => {
      const known = this.find(read.symbol, read.timeframeMs)
      if (known !== undefined) return known
      const made = { symbol: read.symbol, candles: new CandleBuffer(read.timeframeMs) }
      this.all.push(made)
      return made
    })
  }

  append(symbol: string, timeframeMs: Millis, candle: Candle): void {
    const reference = this.find(symbol, timeframeMs)
    if (reference === undefined) throw broken(`no indicator reads ${symbol} of ${timeframeMs} ms`)
    appendTo(reference.candles, candle)
  }

  /** Appends histories; of one that several markets bring along, what is new. */
  warm(histories: readonly ReferenceCandles[]): void {
    for (const { symbol, candles } of histories) {
      const known = this.find(symbol, candles.timeframeMs)
      const first = known ? indexAtOrAfter(candles, lastTime(known.candles) + 1) : 0
      for (let i = first; i < candles.length; i++) {
        this.append(symbol, candles.timeframeMs, candleAt(candles, i))
      }
    }
  }

  private find(symbol: string, timeframeMs: Millis): LiveReference | undefined {
    return this.all.find(one => one.symbol === symbol && one.candles.timeframeMs === timeframeMs)
  }
}

function appendTo(buffer: CandleBuffer, candle: Candle): void {
  const { time, open, high, low, close, volume } = candle
  assert(time > lastTime(buffer), 'a candle came that is not later than the one before')
  assert(low > 0 && low <= close && close <= high && high < Infinity, 'a candle has no prices')
  assert(open > 0 && open < Infinity && volume >= 0, 'a candle has no open, or no volume')
  buffer.append(time, open, high, low, close, volume)
}

/** Open time of the last candle; -Infinity before the first. */
export function lastTime({ length, time }: Candles): Millis {
  return length === 0 ? -Infinity : time[length - 1]!
}
