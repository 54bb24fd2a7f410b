import type { Fold } from '../fold.js'
import { Window } from '../window.js'

/** A deviation below this share of the value is what floats leave of none. */
const DUST = 1e-13

/** Divide by n, for all there is, or by n - 1, for a sample of something larger. */
export type Spread = 'population' | 'sample'

export type SpreadOutput = 'variance' | 'deviation' | 'zscore'

/**
 * Spread of the last values. Recomputed for each candle relative to the newest value: running
 * sums of squares lose the digits that matter where prices are large and moves small.
 */
export class SpreadFold implements Fold {
  private readonly past: Window
  private readonly divisor: number
  private readonly gives: SpreadOutput

  constructor(period: number, gives: SpreadOutput, spread: Spread = 'population') {
    this.past = new Window(period)
    this.gives = gives
    this.divisor = spread === 'population' ? period : period - 1
  }

  push(value: number): number {
    if (value !== value || !this.past.push(value)) return NaN
    const { length } = this.past
    let sum = 0
    let squares = 0
    for (let ago = 1; ago < length; ago++) {
      const difference = this.past.at(ago) - value
      sum += difference
      squares += difference * difference
    }
    const variance = Math.max(0, (squares - (sum * sum) / length) / this.divisor)
    if (this.gives === 'variance') return variance
    const deviation = Math.sqrt(variance)
    if (this.gives === 'deviation') return deviation
    return deviation <= DUST * Math.abs(value) ? 0 : -sum / length / deviation
  }
}
