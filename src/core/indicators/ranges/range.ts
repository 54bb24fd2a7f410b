import { folded, paired } from '../fold.js'
import { sourceKey, type Indicator, type Source } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { ExtremeFold } from './range-fold.js'
import { withParts } from '../parts.js'

/**
 * Highest value of the last `period` candles, the candle just closed included.
 * https://www.tradingview.com/pine-script-reference/v5/#fun_ta.highest
 */
export function highest(period: number, source: Source = 'high'): Indicator {
  checkPeriod('highest', 'period', period)
  return folded({
    key: `highest(${period},${sourceKey(source)})`,
    source,
    wait: period - 1,
    fold: () => new ExtremeFold(period, 1),
  })
}

/**
 * Lowest value of the last `period` candles, the candle just closed included.
 * https://www.tradingview.com/pine-script-reference/v5/#fun_ta.lowest
 */
export function lowest(period: number, source: Source = 'low'): Indicator {
  checkPeriod('lowest', 'period', period)
  return folded({
    key: `lowest(${period},${sourceKey(source)})`,
    source,
    wait: period - 1,
    fold: () => new ExtremeFold(period, -1),
  })
}

/**
 * Donchian channel: the highest high and the lowest low of the last `period` candles, the candle
 * just closed included, and the middle between them. For a breakout compare with `at(1)`.
 * https://en.wikipedia.org/wiki/Donchian_channel
 */
export function donchian(period: number): {
  readonly upper: Indicator
  readonly middle: Indicator
  readonly lower: Indicator
} {
  checkPeriod('donchian', 'period', period)
  return withParts('donchian', {
    upper: { ...highest(period), key: `donchian(${period}).upper` },
    middle: paired(
      `donchian(${period}).middle`,
      [highest(period), lowest(period)],
      (high, low) => (high + low) / 2,
    ),
    lower: { ...lowest(period), key: `donchian(${period}).lower` },
  })
}
