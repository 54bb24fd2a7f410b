import type { Candles } from '../../candles/candles.js'
import { RmaFold } from '../averages/average-fold.js'
import { fadeLength, paired } from '../fold.js'
import type { Indicator, Step } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { trueRangeAt } from './range-fold.js'

class TrueRangeStep implements Step {
  next(candles: Candles, i: number): number {
    return i === 0 ? NaN : trueRangeAt(candles, i)
  }
}

class AtrStep implements Step {
  private readonly average: RmaFold

  constructor(period: number) {
    this.average = new RmaFold(period)
  }

  next(candles: Candles, i: number): number {
    return i === 0 ? NaN : this.average.push(trueRangeAt(candles, i))
  }
}

/**
 * True range: the range of the candle, stretched to the close before; from the second candle on,
 * as the first has none before it. Units of price. J. Welles Wilder (1978),
 * https://en.wikipedia.org/wiki/Average_true_range
 */
export function trueRange(): Indicator {
  return { key: 'trueRange', warmup: 1, start: () => new TrueRangeStep() }
}

/**
 * Average true range: Wilder's average of the true range, in units of price.
 * https://en.wikipedia.org/wiki/Average_true_range
 */
export function atr(period: number): Indicator {
  checkPeriod('atr', 'period', period)
  return {
    key: `atr(${period})`,
    warmup: period,
    settle: period + fadeLength(1 / period),
    start: () => new AtrStep(period),
  }
}

/**
 * Normalised average true range: `atr` in percent of the close; 0 where the close is 0.
 * https://tulipindicators.org/natr
 */
export function natr(period: number): Indicator {
  checkPeriod('natr', 'period', period)
  return paired(`natr(${period})`, [atr(period), 'close'], (range, close) =>
    close === 0 ? range * 0 : (range / close) * 100,
  )
}
