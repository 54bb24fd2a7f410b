import type { Candles } from '../../candles/candles.js'
import { ema, sma } from '../averages/average.js'
import type { Indicator, Step } from '../indicator.js'
import { exceeds } from '../../tolerance.js'
import { checkFactor, checkPeriod } from '../limits.js'
import { WindowSum } from '../sums/window-sum.js'

class MfiStep implements Step {
  private readonly gain: WindowSum
  private readonly loss: WindowSum
  private previous = NaN

  constructor(period: number) {
    this.gain = new WindowSum(period)
    this.loss = new WindowSum(period)
  }

  next({ high, low, close, volume }: Candles, i: number): number {
    // Three times the typical price: the third of equal sums of decimals may differ in its last bit, and
    // so may the sums, by less than the tolerance.
    const price = high[i]! + low[i]! + close[i]!
    const before = this.previous
    this.previous = price
    if (i === 0) return NaN
    const money = price * volume[i]!
    this.gain.push(exceeds(price, before) ? money : 0)
    if (!this.loss.push(exceeds(before, price) ? money : 0)) return NaN
    const total = this.gain.sum + this.loss.sum
    return total === 0 ? 50 : (100 * this.gain.sum) / total
  }
}

/**
 * Money flow index, 0 to 100: money traded at rising typical prices, in percent of that at rising
 * and falling ones; 50 where there is neither. Prices that are equal in decimals neither rise nor fall. https://en.wikipedia.org/wiki/Money_flow_index
 */
export function mfi(period: number): Indicator {
  checkPeriod('mfi', 'period', period)
  return { key: `mfi(${period})`, warmup: period, start: () => new MfiStep(period) }
}

class ForceStep implements Step {
  next({ close, volume }: Candles, i: number): number {
    return i === 0 ? NaN : (close[i]! - close[i - 1]!) * volume[i]!
  }
}

/**
 * Force index: the exponential average of the change of the close times volume, in quote units.
 * Elder (1993), https://en.wikipedia.org/wiki/Force_index
 */
export function forceIndex(period = 13): Indicator {
  checkPeriod('forceIndex', 'period', period)
  const force: Indicator = { key: 'force', warmup: 1, start: () => new ForceStep() }
  return { ...ema(period, force), key: `forceIndex(${period})` }
}

class EaseStep implements Step {
  private readonly scale: number

  constructor(scale: number) {
    this.scale = scale
  }

  next({ high, low, volume }: Candles, i: number): number {
    if (i === 0) return NaN
    const moved = (high[i]! + low[i]!) / 2 - (high[i - 1]! + low[i - 1]!) / 2
    return volume[i] === 0 ? 0 : (moved * (high[i]! - low[i]!) * this.scale) / volume[i]!
  }
}

/**
 * Ease of movement: the simple average of how far the median price moved, times the range, per
 * `scale` units of volume; 0 for a candle without volume. `scale` only sets the size of the numbers.
 * Arms, https://en.wikipedia.org/wiki/Ease_of_movement
 */
export function easeOfMovement(period = 14, scale = 100_000_000): Indicator {
  checkPeriod('easeOfMovement', 'period', period)
  checkFactor('easeOfMovement', 'scale', scale)
  const ease: Indicator = { key: `ease(${scale})`, warmup: 1, start: () => new EaseStep(scale) }
  return { ...sma(period, ease), key: `easeOfMovement(${period},${scale})` }
}
