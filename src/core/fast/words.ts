import { Crossings } from './crossings.js'
import type { Position } from '../account/position.js'
import type { Scratch } from './scratch.js'

/** The closes at which a strategy that speaks at crosses alone has to be asked. */
export class Words {
  private readonly crossings: Crossings
  private readonly position: Position
  private at = 0

  constructor([a, b]: readonly [Float64Array, Float64Array], position: Position, scratch: Scratch) {
    this.crossings = new Crossings(a, b, scratch.words(a.length + 1))
    this.position = position
  }

  /** Finds those from index `start` on, before index `end`. */
  foresee(start: number, end: number): void {
    this.crossings.advance(start, end)
  }

  /** The first candle after `i` at which it has to be asked: a cross, or the time of the position is up. */
  after(i: number): number {
    const { indices } = this.crossings
    while (indices[this.at]! <= i) this.at += 1
    const next = indices[this.at]!
    const { quantity, timeStop, entryIndex } = this.position
    if (quantity === 0 || timeStop === 0) return next
    return Math.min(next, Math.max(i + 1, entryIndex + timeStop - 1))
  }
}
