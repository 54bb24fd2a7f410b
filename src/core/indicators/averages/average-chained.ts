import { EmaFold, SmaFold, WmaFold } from './average-fold.js'
import { fadeLength, folded, type Fold } from '../fold.js'
import { sourceKey, type Indicator, type Source } from '../indicator.js'
import { checkFactor, checkPeriod } from '../limits.js'
import { Window } from '../window.js'

/** A weighted sum of an exponential average and the averages of it: one weight for each level. */
class EmaChainFold implements Fold {
  private readonly levels: readonly EmaFold[]
  private readonly weights: Float64Array

  constructor(period: number, weights: readonly number[]) {
    this.levels = weights.map(() => new EmaFold(period))
    this.weights = Float64Array.from(weights)
  }

  push(value: number): number {
    let level = value
    let sum = 0
    for (let k = 0; k < this.levels.length; k++) {
      level = this.levels[k]!.push(level)
      sum += this.weights[k]! * level
    }
    return sum
  }
}

function emaChain(
  key: string,
  period: number,
  source: Source,
  weights: readonly number[],
): Indicator {
  const depth = weights.length
  return folded({
    key,
    source,
    wait: depth * (period - 1),
    settle: depth * (period - 1 + fadeLength(2 / (period + 1))),
    fold: () => new EmaChainFold(period, weights),
  })
}

/**
 * Double exponential moving average, `2 e1 - e2`, `e2` being the average of `e1`.
 * Mulloy (1994), https://en.wikipedia.org/wiki/Double_exponential_moving_average
 */
export function dema(period: number, source: Source = 'close'): Indicator {
  checkPeriod('dema', 'period', period)
  return emaChain(`dema(${period},${sourceKey(source)})`, period, source, [2, -1])
}

/**
 * Triple exponential moving average, `3 e1 - 3 e2 + e3`.
 * Mulloy (1994), https://en.wikipedia.org/wiki/Triple_exponential_moving_average
 */
export function tema(period: number, source: Source = 'close'): Indicator {
  checkPeriod('tema', 'period', period)
  return emaChain(`tema(${period},${sourceKey(source)})`, period, source, [3, -3, 1])
}

/**
 * Tillson's T3: six exponential averages in a row, weighted by the volume factor `v`.
 * Tillson (1998), https://help.tc2000.com/m/69445/l/755023-tilson-t3-moving-average
 */
export function t3(period: number, factor = 0.7, source: Source = 'close'): Indicator {
  checkPeriod('t3', 'period', period)
  checkFactor('t3', 'factor', factor)
  const square = factor * factor
  const cube = square * factor
  return emaChain(`t3(${period},${factor},${sourceKey(source)})`, period, source, [
    0,
    0,
    1 + 3 * factor + 3 * square + cube,
    -3 * factor - 6 * square - 3 * cube,
    3 * square + 3 * cube,
    -cube,
  ])
}

class TrimaFold implements Fold {
  private readonly inner: SmaFold
  private readonly outer: SmaFold

  constructor(period: number) {
    this.inner = new SmaFold(Math.ceil(period / 2))
    this.outer = new SmaFold(Math.floor(period / 2) + 1)
  }

  push(value: number): number {
    return this.outer.push(this.inner.push(value))
  }
}

/**
 * Triangular moving average: a simple average of a simple average, so the middle weighs most.
 * https://tulipindicators.org/trima
 */
export function trima(period: number, source: Source = 'close'): Indicator {
  checkPeriod('trima', 'period', period)
  return folded({
    key: `trima(${period},${sourceKey(source)})`,
    source,
    wait: period - 1,
    fold: () => new TrimaFold(period),
  })
}

class HmaFold implements Fold {
  private readonly half: WmaFold
  private readonly full: WmaFold
  private readonly outer: WmaFold

  constructor(period: number) {
    this.half = new WmaFold(Math.max(1, Math.floor(period / 2)))
    this.full = new WmaFold(period)
    this.outer = new WmaFold(hullLength(period))
  }

  push(value: number): number {
    return this.outer.push(2 * this.half.push(value) - this.full.push(value))
  }
}

function hullLength(period: number): number {
  return Math.max(1, Math.round(Math.sqrt(period)))
}

/**
 * Hull moving average: `wma(sqrt n)` of `2 wma(n / 2) - wma(n)`, n / 2 rounded down and the root
 * to the nearest. https://alanhull.com/hull-moving-average
 */
export function hma(period: number, source: Source = 'close'): Indicator {
  checkPeriod('hma', 'period', period)
  return folded({
    key: `hma(${period},${sourceKey(source)})`,
    source,
    wait: period - 1 + hullLength(period) - 1,
    fold: () => new HmaFold(period),
  })
}

class ZlemaFold implements Fold {
  private readonly past: Window
  private readonly average: EmaFold

  constructor(period: number) {
    this.past = new Window(zeroLag(period) + 1)
    this.average = new EmaFold(period)
  }

  push(value: number): number {
    if (value !== value || !this.past.push(value)) return NaN
    return this.average.push(2 * value - this.past.at(this.past.length - 1))
  }
}

function zeroLag(period: number): number {
  return Math.floor((period - 1) / 2)
}

/**
 * Zero lag exponential moving average: an `ema` of `2 x - x[(n - 1) / 2 ago]`.
 * Ehlers and Way (2010), https://en.wikipedia.org/wiki/Zero_lag_exponential_moving_average
 */
export function zlema(period: number, source: Source = 'close'): Indicator {
  checkPeriod('zlema', 'period', period)
  const wait = zeroLag(period) + period - 1
  return folded({
    key: `zlema(${period},${sourceKey(source)})`,
    source,
    wait,
    settle: wait + fadeLength(2 / (period + 1)),
    fold: () => new ZlemaFold(period),
  })
}
