import type { Millis } from '../../../core/candles/time.js'

/** A price, and when it was made by the time of its source. */
export interface PriceSample {
  /** As the decimal that came in. */
  readonly price: string
  readonly time: Millis
}

/** A move of this size is never doubted. */
const MOVE_MIN = 0.02
/** Beyond so many usual moves a price is doubted. */
const SIGMAS = 10
/** So many prices that agree with each other are a move, whatever its size. */
const AGREE = 3
const REMEMBERED = 100
/** The median of absolute moves as a deviation, for moves that are normal. */
const TO_SIGMA = 1.4826

/**
 * Holds back a price that lies far from the one before, until others agree with it: one print of a
 * thin pool is no price, and three in a row are.
 */
export class JumpFilter {
  /** Prices that nothing agreed with. */
  rejected = 0
  private last: number | undefined
  private held: PriceSample[] = []
  private readonly moves: number[] = []

  /** The prices that may be used now. */
  take(sample: PriceSample): readonly PriceSample[] {
    const price = Number(sample.price)
    if (this.last === undefined || this.isNear(price, this.last)) {
      this.rejected += this.held.length
      this.held = []
      return this.accept([sample])
    }
    const before = this.held[this.held.length - 1]
    if (before !== undefined && !this.isNear(price, Number(before.price))) {
      this.rejected += this.held.length
      this.held = []
    }
    this.held.push(sample)
    if (this.held.length < AGREE) return []
    const held = this.held
    this.held = []
    this.moves.length = 0
    this.last = undefined
    return this.accept(held)
  }

  private accept(samples: readonly PriceSample[]): readonly PriceSample[] {
    for (const { price } of samples) {
      if (this.last !== undefined) this.remember(Math.abs(Math.log(Number(price) / this.last)))
      this.last = Number(price)
    }
    return samples
  }

  private remember(move: number): void {
    this.moves.push(move)
    if (this.moves.length > REMEMBERED) this.moves.shift()
  }

  private isNear(a: number, b: number): boolean {
    const sorted = [...this.moves].sort((x, y) => x - y)
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0
    return Math.abs(Math.log(a / b)) <= Math.max(MOVE_MIN, SIGMAS * TO_SIGMA * median)
  }
}
