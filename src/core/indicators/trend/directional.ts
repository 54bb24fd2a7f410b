import type { Candles } from '../../candles/candles.js'
import { RmaFold } from '../averages/average-fold.js'
import { fadeLength } from '../fold.js'
import type { Indicator, Step } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { trueRangeAt } from '../ranges/range-fold.js'

type Gives = 'plus' | 'minus' | 'dx' | 'adx'

class DirectionalStep implements Step {
  private readonly gives: Gives
  private readonly range: RmaFold
  private readonly plus: RmaFold
  private readonly minus: RmaFold
  private readonly average: RmaFold

  constructor(period: number, gives: Gives) {
    this.gives = gives
    this.range = new RmaFold(period)
    this.plus = new RmaFold(period)
    this.minus = new RmaFold(period)
    this.average = new RmaFold(period)
  }

  next(candles: Candles, i: number): number {
    if (i === 0) return NaN
    const up = candles.high[i]! - candles.high[i - 1]!
    const down = candles.low[i - 1]! - candles.low[i]!
    const range = this.range.push(trueRangeAt(candles, i))
    const plus = this.plus.push(up > down && up > 0 ? up : 0)
    const minus = this.minus.push(down > up && down > 0 ? down : 0)
    if (this.gives === 'plus') return range === 0 ? 0 : (100 * plus) / range
    if (this.gives === 'minus') return range === 0 ? 0 : (100 * minus) / range
    const total = plus + minus
    const dx = total === 0 ? 0 : (100 * Math.abs(plus - minus)) / total
    return this.gives === 'dx' ? dx : this.average.push(dx)
  }
}

function directional(name: string, period: number, gives: Gives): Indicator {
  checkPeriod(name, 'period', period)
  const fade = fadeLength(1 / period)
  const isTwice = gives === 'adx'
  return {
    key: `${name}(${period})`,
    warmup: isTwice ? 2 * period - 1 : period,
    settle: isTwice ? 2 * period - 1 + 2 * fade : period + fade,
    start: () => new DirectionalStep(period, gives),
  }
}

/**
 * Plus directional indicator, 0 to 100: Wilder's average of upward movement over that of the true
 * range; 0 where there is no range.
 * J. Welles Wilder (1978), https://en.wikipedia.org/wiki/Average_directional_movement_index
 */
export function plusDi(period: number): Indicator {
  return directional('plusDi', period, 'plus')
}

/**
 * Minus directional indicator, 0 to 100: as `plusDi` for downward movement.
 * https://en.wikipedia.org/wiki/Average_directional_movement_index
 */
export function minusDi(period: number): Indicator {
  return directional('minusDi', period, 'minus')
}

/**
 * Directional movement index, 0 to 100: how far `plusDi` and `minusDi` are apart, in percent of
 * their sum; 0 where both are 0. https://en.wikipedia.org/wiki/Average_directional_movement_index
 */
export function dx(period: number): Indicator {
  return directional('dx', period, 'dx')
}

/**
 * Average directional index, 0 to 100: Wilder's average of `dx`. High is a trend, whichever way.
 * https://en.wikipedia.org/wiki/Average_directional_movement_index
 */
export function adx(period: number): Indicator {
  return directional('adx', period, 'adx')
}
