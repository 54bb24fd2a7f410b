import { folded, paired, type Fold } from '../fold.js'
import type { Indicator, Source } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { WindowMax } from '../window.js'
import { withParts } from '../parts.js'

class AroonFold implements Fold {
  private readonly window: WindowMax
  private readonly period: number
  private readonly sign: 1 | -1

  constructor(period: number, sign: 1 | -1) {
    this.window = new WindowMax(period + 1)
    this.period = period
    this.sign = sign
  }

  push(value: number): number {
    if (value !== value || !this.window.push(this.sign * value)) return NaN
    return (100 * (this.period - this.window.age)) / this.period
  }
}

/**
 * Aroon, 0 to 100: how recent the highest high (`up`) and the lowest low (`down`) of the last
 * `period + 1` candles are, of equals the newest; `oscillator` is `up - down`.
 * Chande (1995), https://www.fidelity.com/learning-center/trading-investing/technical-analysis/technical-indicator-guide/aroon-indicator
 */
export function aroon(period: number): {
  readonly up: Indicator
  readonly down: Indicator
  readonly oscillator: Indicator
} {
  checkPeriod('aroon', 'period', period)
  const key = `aroon(${period})`
  const side = (name: string, source: Source, sign: 1 | -1): Indicator =>
    folded({
      key: `${key}.${name}`,
      source,
      wait: period,
      fold: () => new AroonFold(period, sign),
    })
  const up = side('up', 'high', 1)
  const down = side('down', 'low', -1)
  const oscillator = paired(`${key}.oscillator`, [up, down], (a, b) => a - b)
  return withParts('aroon', { up, down, oscillator })
}
