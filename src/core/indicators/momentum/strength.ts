import { RmaFold } from '../averages/average-fold.js'
import { exceeds } from '../../tolerance.js'
import { fadeLength, folded, type Fold } from '../fold.js'
import { sourceKey, type Indicator, type Source } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { WindowSum } from '../sums/window-sum.js'

class RsiFold implements Fold {
  private readonly gain: RmaFold
  private readonly loss: RmaFold
  private previous = NaN
  private index = NaN

  constructor(period: number) {
    this.gain = new RmaFold(period)
    this.loss = new RmaFold(period)
  }

  push(value: number): number {
    if (value !== value) return NaN
    const change = value - this.previous
    this.previous = value
    // `change - change` is 0, and NaN for the first value, which has nothing before it.
    const gain = this.gain.push(change > 0 ? change : change - change)
    const loss = this.loss.push(change < 0 ? -change : change - change)
    const total = gain + loss
    // Without a change both fade alike and the index stays; computed, it would flicker in the last
    // digits, which the stochastic of it would blow up.
    if (change !== 0 || this.index !== this.index) {
      this.index = total === 0 ? 50 : (100 * gain) / total
    }
    return this.index
  }
}

/**
 * Wilder's relative strength index, 0 to 100; 50 where the source has not moved at all.
 * J. Welles Wilder (1978), https://en.wikipedia.org/wiki/Relative_strength_index
 */
export function rsi(period: number, source: Source = 'close'): Indicator {
  checkPeriod('rsi', 'period', period)
  return folded({
    key: `rsi(${period},${sourceKey(source)})`,
    source,
    wait: period,
    settle: period + fadeLength(1 / period),
    fold: () => new RsiFold(period),
  })
}

class CmoFold implements Fold {
  private readonly gain: WindowSum
  private readonly loss: WindowSum
  private previous = NaN

  constructor(period: number) {
    this.gain = new WindowSum(period)
    this.loss = new WindowSum(period)
  }

  push(value: number): number {
    const before = this.previous
    const change = value - before
    if (value === value) this.previous = value
    if (change !== change) return NaN
    // What derived prices of equal candles differ by is no change.
    this.gain.push(exceeds(value, before) ? change : 0)
    if (!this.loss.push(exceeds(before, value) ? -change : 0)) return NaN
    const total = this.gain.sum + this.loss.sum
    return total === 0 ? 0 : (100 * (this.gain.sum - this.loss.sum)) / total
  }
}

/**
 * Chande momentum oscillator, -100 to 100; 0 where the source has not moved at all.
 * https://tulipindicators.org/cmo
 */
export function cmo(period: number, source: Source = 'close'): Indicator {
  checkPeriod('cmo', 'period', period)
  return folded({
    key: `cmo(${period},${sourceKey(source)})`,
    source,
    wait: period,
    fold: () => new CmoFold(period),
  })
}
