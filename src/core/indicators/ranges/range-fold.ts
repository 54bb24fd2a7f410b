import type { Candles } from '../../candles/candles.js'
import type { Fold } from '../fold.js'
import { WindowMax } from '../window.js'

/** The highest of the last values, or the lowest where `sign` is -1. */
export class ExtremeFold implements Fold {
  private readonly window: WindowMax
  private readonly sign: 1 | -1

  constructor(period: number, sign: 1 | -1) {
    this.window = new WindowMax(period)
    this.sign = sign
  }

  push(value: number): number {
    if (value !== value || !this.window.push(this.sign * value)) return NaN
    return this.sign * this.window.max
  }
}

/** The true range of candle `i`, which needs a candle before it. */
export function trueRangeAt({ high, low, close }: Candles, i: number): number {
  const before = close[i - 1]!
  const top = high[i]! > before ? high[i]! : before
  const bottom = low[i]! < before ? low[i]! : before
  return top - bottom
}
