import type { Candles } from '../../candles/candles.js'
import type { Indicator, Step } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { trueRangeAt } from '../ranges/range-fold.js'
import { WindowSum } from '../sums/window-sum.js'
import { withParts } from '../parts.js'

class VortexStep implements Step {
  private readonly move: WindowSum
  private readonly range: WindowSum
  private readonly isPlus: boolean

  constructor(period: number, isPlus: boolean) {
    this.move = new WindowSum(period)
    this.range = new WindowSum(period)
    this.isPlus = isPlus
  }

  next(candles: Candles, i: number): number {
    if (i === 0) return NaN
    const { high, low } = candles
    this.move.push(Math.abs(this.isPlus ? high[i]! - low[i - 1]! : low[i]! - high[i - 1]!))
    if (!this.range.push(trueRangeAt(candles, i))) return NaN
    return this.range.sum === 0 ? 1 : this.move.sum / this.range.sum
  }
}

/**
 * Vortex indicator: upward (`plus`) and downward (`minus`) movement over true range, about 1; 1
 * where there is no range. Botes and Siepman (2010), https://en.wikipedia.org/wiki/Vortex_indicator
 */
export function vortex(period: number): { readonly plus: Indicator; readonly minus: Indicator } {
  checkPeriod('vortex', 'period', period)
  const side = (name: string, isPlus: boolean): Indicator => ({
    key: `vortex(${period}).${name}`,
    warmup: period,
    start: () => new VortexStep(period, isPlus),
  })
  return withParts('vortex', { plus: side('plus', true), minus: side('minus', false) })
}
