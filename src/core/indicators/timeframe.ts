import type { Candles } from '../candles/candles.js'
import { checkMultiple, Resampler } from '../candles/resample.js'
import { timeframeMs as parseTimeframe, type Millis } from '../candles/time.js'
import { AppError } from '../errors.js'
import { settleOf, warmupOf, type Indicator, type Step } from './indicator.js'
import { onMarket } from './other-market.js'

class TimeframeStep implements Step {
  private readonly timeframeMs: Millis
  private readonly resampler: Resampler
  private readonly inner: Step
  private value = NaN

  constructor(timeframeMs: Millis, inner: Step) {
    this.timeframeMs = timeframeMs
    this.resampler = new Resampler(timeframeMs)
    this.inner = inner
  }

  next(candles: Candles, i: number): number {
    if (i === 0) checkMultiple(candles.timeframeMs, this.timeframeMs)
    if (this.resampler.closeBefore(candles, i)) this.advance()
    if (this.resampler.add(candles, i)) this.advance()
    return this.value
  }

  private advance(): void {
    const { candles } = this.resampler
    this.value = this.inner.next(candles, candles.length - 1)
  }
}

/** Where an indicator is computed: on a higher timeframe, or on another market. */
export type IndicatorPlace =
  | { readonly timeframe: string; readonly symbol?: undefined }
  | { readonly symbol: string; readonly timeframe?: string | undefined }

/**
 * An indicator of a higher timeframe, such as `on({ timeframe: '4h' }, ema(50))`: at each candle
 * its value at the last higher candle that has closed, never of the one still forming. Higher
 * candles are built from the candles at hand, aligned to the epoch in UTC (weeks to Monday); one
 * that the candles begin inside of is not used. The warm-up allows for that, so where the
 * candles begin on a higher open the first value comes earlier, by one base candle less than a
 * higher one.
 *
 * With a symbol it reads the stored candles of another market, as in
 * `on({ symbol: 'BTC-USDT', timeframe: '1h' }, ema(50))`: at each candle its value at the last
 * candle there that has closed by the close of this one. Where the other market has a hole, the last
 * value stays. Without a timeframe it is the one of the candles at hand.
 * @throws AppError INVALID_TIMEFRAME, INVALID_SYMBOL here for unknown names, INVALID_PARAMETER for
 * an `on` of another market inside of an `on`; INVALID_TIMEFRAME at the first candle for one that is
 * not a multiple of the timeframe of the candles; NO_CANDLES where those of the market are not there
 */
export function on(place: IndicatorPlace, inner: Indicator): Indicator {
  if (inner.references !== undefined) throw nested(inner)
  if (place.symbol !== undefined) return onMarket({ ...place, inner })
  const { timeframe } = place
  const higherMs = parseTimeframe(timeframe)
  const baseCount = (index: number, baseMs: Millis): number => {
    const ratio = Math.ceil(higherMs / baseMs)
    return ratio - 1 + (index + 1) * ratio - 1
  }
  return {
    key: `on(${timeframe},${inner.key})`,
    warmup: baseMs => baseCount(warmupOf(inner, higherMs), baseMs),
    settle: baseMs => baseCount(settleOf(inner, higherMs), baseMs),
    start: () => new TimeframeStep(higherMs, inner.start()),
  }
}

function nested({ key }: Indicator): AppError {
  return new AppError('INVALID_PARAMETER', `"${key}" of another market stands inside of on`, {
    hint: 'name symbol and timeframe in one: on({ symbol, timeframe }, indicator)',
  })
}
