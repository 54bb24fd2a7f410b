import { folded, type Fold } from '../fold.js'
import { sourceKey, type Indicator, type Source } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { Window } from '../window.js'

/**
 * Least squares line through the last values, the newest at x = 0. Values are taken relative to
 * the newest one, so that a flat window gives a slope of exactly 0.
 */
class RegressionFold implements Fold {
  private readonly past: Window
  private readonly gives: 'end' | 'slope'
  private readonly meanX: number
  private readonly spreadX: number

  constructor(period: number, gives: 'end' | 'slope') {
    this.past = new Window(period)
    this.gives = gives
    this.meanX = -(period - 1) / 2
    this.spreadX = (period * (period * period - 1)) / 12
  }

  push(value: number): number {
    if (value !== value || !this.past.push(value)) return NaN
    const { length } = this.past
    let sum = 0
    let product = 0
    for (let ago = 1; ago < length; ago++) {
      const difference = this.past.at(ago) - value
      sum += difference
      product += (-ago - this.meanX) * difference
    }
    const slope = product / this.spreadX
    return this.gives === 'slope' ? slope : value + sum / length - slope * this.meanX
  }
}

/**
 * End of the least squares line through the last `period` values (also LSMA), in units of the
 * source. https://en.wikipedia.org/wiki/Simple_linear_regression
 */
export function linearRegression(period: number, source: Source = 'close'): Indicator {
  checkPeriod('linearRegression', 'period', period, 2)
  return folded({
    key: `linearRegression(${period},${sourceKey(source)})`,
    source,
    wait: period - 1,
    fold: () => new RegressionFold(period, 'end'),
  })
}

/**
 * Slope of the least squares line through the last `period` values, in units of the source per
 * candle. https://en.wikipedia.org/wiki/Simple_linear_regression
 */
export function linearRegressionSlope(period: number, source: Source = 'close'): Indicator {
  checkPeriod('linearRegressionSlope', 'period', period, 2)
  return folded({
    key: `linearRegressionSlope(${period},${sourceKey(source)})`,
    source,
    wait: period - 1,
    fold: () => new RegressionFold(period, 'slope'),
  })
}
