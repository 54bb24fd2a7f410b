import type { Candles } from '../candles/candles.js'
import { parseKey } from '../candles/symbols.js'
import { timeframeMs, timeframeName, type Millis } from '../candles/time.js'
import { AppError } from '../errors.js'
import { settleOf, warmupOf, type Indicator, type Reference, type Step } from './indicator.js'

/** Follows the candles of another market up to those that have closed when the own one does. */
class MarketStep implements Step {
  private readonly reference: Reference
  private readonly inner: Step
  private other: Candles | null = null
  private at = 0
  private value = NaN

  constructor(reference: Reference, inner: Step) {
    this.reference = reference
    this.inner = inner
  }

  next(candles: Candles, i: number): number {
    const other = (this.other ??= referenceOf(candles, this.reference))
    const closed = candles.time[i]! + candles.timeframeMs - other.timeframeMs
    while (this.at < other.length && other.time[this.at]! <= closed) {
      this.value = this.inner.next(other, this.at)
      this.at += 1
    }
    return this.value
  }
}

/** An indicator over the candles of another market, at the last of them that has closed. */
export function onMarket(given: {
  readonly symbol: string
  readonly timeframe?: string | undefined
  readonly inner: Indicator
}): Indicator {
  const { inner } = given
  const { symbol, timeframe } = parseKey(given.symbol, given.timeframe ?? '1m')
  const reference = { symbol, timeframe: given.timeframe === undefined ? null : timeframe }
  const place = reference.timeframe === null ? symbol : `${symbol} ${timeframe}`
  const count = (indexOf: (otherMs: Millis) => number) => (baseMs: Millis) => {
    const otherMs = referenceMs(reference, baseMs)
    // The other market begins with the own candles, or at its first open after that.
    const late = Math.max(0, otherMs - baseMs)
    return Math.ceil((late + (indexOf(otherMs) + 1) * otherMs) / baseMs) - 1
  }
  return {
    key: `on(${place},${inner.key})`,
    warmup: count(otherMs => warmupOf(inner, otherMs)),
    settle: count(otherMs => settleOf(inner, otherMs)),
    references: [reference],
    start: () => new MarketStep(reference, inner.start()),
  }
}

/** The length of a candle of a reference beside candles of another length. */
export function referenceMs({ timeframe }: Reference, baseMs: Millis): Millis {
  return timeframe === null ? baseMs : timeframeMs(timeframe)
}

/** @throws AppError NO_CANDLES where they do not stand beside the candles */
function referenceOf({ references, timeframeMs: baseMs }: Candles, reference: Reference): Candles {
  const lengthMs = referenceMs(reference, baseMs)
  const found = references?.find(
    ({ symbol, candles }) => symbol === reference.symbol && candles.timeframeMs === lengthMs,
  )
  if (found !== undefined) return found.candles
  throw new AppError(
    'NO_CANDLES',
    `an indicator reads ${reference.symbol} ${timeframeName(lengthMs)}, which was not loaded with the candles`,
    { hint: 'in a sweep no parameter may choose the market or the timeframe of on' },
  )
}
