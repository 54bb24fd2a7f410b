import {
  allocateCandles,
  COLUMNS,
  withReferences,
  type Candles,
  type ReferenceCandles,
} from '../../core/candles/candles.js'
import { seededRng, type Rng } from '../../core/random.js'

/** What is done to the candles after a time, so that whatever looks there sees something else. */
export const ALTERATIONS = ['noise', 'permutation', 'constant', 'next', 'cut'] as const

export type Alteration = (typeof ALTERATIONS)[number]

/** Words for reports. `next` changes one candle, `cut` leaves none. */
export const ALTERATION_WORDS: Readonly<Record<Alteration, string>> = {
  noise: 'all later candles were replaced by noise',
  permutation: 'all later candles were put in another order',
  constant: 'all later candles were set to one price',
  next: 'the one candle after it was changed',
  cut: 'no later candle was there',
}

const PRICES = ['open', 'high', 'low', 'close'] as const
const VALUES = [...PRICES, 'volume'] as const

/**
 * A copy of candles whose future is altered in place: code that kept a reference to the columns
 * sees the alteration too, and not the candles of an earlier run.
 */
export class Stage implements Candles {
  readonly timeframeMs: number
  length: number
  readonly time: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
  /** As they are: what they hold of the future is not to be seen anyway. */
  readonly references: readonly ReferenceCandles[]
  private readonly source: Candles

  constructor(source: Candles) {
    const own = allocateCandles(source.timeframeMs, source.length)
    this.source = source
    this.timeframeMs = source.timeframeMs
    this.length = source.length
    this.time = own.time
    this.open = own.open
    this.high = own.high
    this.low = own.low
    this.close = own.close
    this.volume = own.volume
    this.references = source.references ?? []
    this.restore(-1)
  }

  /** Alters every candle after index `last`. Equal seeds give equal candles. */
  alter(kind: Alteration, last: number, seed: number): void {
    const rng = seededRng(seed)
    switch (kind) {
      case 'noise':
        return this.makeNoise(last, rng)
      case 'permutation':
        return this.permute(last + 1, rng)
      case 'constant':
        return this.flatten(last)
      case 'next':
        return this.moveNext(last)
      case 'cut':
        return this.cut(last)
    }
  }

  /** Puts back the candles after index `last`. */
  restore(last: number): void {
    const from = last + 1
    this.length = this.source.length
    for (const name of COLUMNS) {
      this[name].set(this.source[name].subarray(from, this.source.length), from)
    }
  }

  /** Prices all over the place around the last one, so that every extreme of the column moves. */
  private makeNoise(last: number, rng: Rng): void {
    const price = this.close[Math.max(0, last)]!
    for (let i = last + 1; i < this.length; i++) {
      const [a, b] = [price * (0.2 + 3 * rng.next()), price * (0.2 + 3 * rng.next())]
      this.open[i] = a
      this.close[i] = b
      this.high[i] = Math.max(a, b) * (1 + rng.next())
      this.low[i] = Math.min(a, b) * (1 - 0.5 * rng.next())
      this.volume[i] = this.volume[i]! * 4 * rng.next()
    }
  }

  private permute(since: number, rng: Rng): void {
    for (let i = this.length - 1; i > since; i--) {
      const k = since + Math.floor(rng.next() * (i - since + 1))
      for (let c = 0; c < VALUES.length; c++) {
        const column = this[VALUES[c]!]
        const kept = column[i]!
        column[i] = column[k]!
        column[k] = kept
      }
    }
  }

  private flatten(last: number): void {
    const price = this.close[last]!
    for (const name of PRICES) this[name].fill(price, last + 1)
    this.volume.fill(0, last + 1)
  }

  /** The next candle goes the other way, by a fifth or more. */
  private moveNext(last: number): void {
    const next = last + 1
    if (next >= this.length) return
    const factor = this.close[next]! >= this.close[last]! ? 0.8 : 1.25
    const moved = (factor * this.close[last]!) / this.close[next]!
    for (const name of PRICES) this[name][next] = this[name][next]! * moved
    this.volume[next] = this.volume[next]! * 3 + 1
  }

  /** Nothing after `last`, and no number behind the end for those who read past it. */
  private cut(last: number): void {
    for (const name of COLUMNS) this[name].fill(NaN, last + 1)
    this.length = last + 1
  }
}

/**
 * Another market for the same clock: the candles upside down around their first price, so that rises
 * are falls of the same share, with the volumes in reverse order.
 */
export function otherMarket(candles: Candles): Candles {
  const { length, timeframeMs } = candles
  const other = allocateCandles(timeframeMs, length)
  const level = candles.open[0]! * candles.open[0]!
  for (let i = 0; i < length; i++) {
    other.time[i] = candles.time[i]!
    other.open[i] = level / candles.open[i]!
    other.high[i] = level / candles.low[i]!
    other.low[i] = level / candles.high[i]!
    other.close[i] = level / candles.close[i]!
    other.volume[i] = candles.volume[length - 1 - i]!
  }
  return candles.references ? withReferences(other, candles.references) : other
}
