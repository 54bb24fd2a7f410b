import { Cut } from './cut.js'
import { ExactSum } from './exact-sum.js'

/**
 * The sum of the last `length` numbers, rounded once: so it follows from these numbers alone, and
 * large ones that have left leave nothing behind. A number is cut in two halves so that the sum of
 * each is exact while sizes lie within some ten powers of ten; where they do not, parts as
 * `ExactSum` has them take over until they do.
 */
export class WindowSum {
  /** The sum; of what there is where the window is not full. */
  sum = 0
  private readonly length: number
  private readonly ring: Float64Array
  private readonly room: number
  private slot = 0
  private isFull = false
  private coarse = 0
  private fine = 0
  private readonly cut = new Cut()
  /** In use while there is no cut. */
  private readonly parts = new ExactSum()
  /** Pushes until another place to cut is looked for: looking takes as long as `length` pushes. */
  private patience = 0

  constructor(length: number) {
    this.length = length
    this.room = Math.max(4, length)
    this.ring = new Float64Array(length)
  }

  /** Takes a number in; whether the window is full now. */
  push(value: number): boolean {
    const { ring, slot } = this
    const old = ring[slot]!
    ring[slot] = value
    this.slot = slot + 1
    if (this.slot === this.length) {
      this.slot = 0
      this.isFull = true
    }
    this.exchange(value, old)
    return this.isFull
  }

  /** Takes the number that came in `ago` pushes back out of the window before its time. */
  drop(ago: number): void {
    const place = this.slot - 1 - ago
    const slot = place < 0 ? place + this.length : place
    const old = this.ring[slot]!
    this.ring[slot] = 0
    this.exchange(0, old)
  }

  /**
   * Pushes `numbers` from `first` to before `end` and writes the mean of each window: the same bits
   * in a loop of its own. The window must be full of the numbers before `first`.
   */
  slide(numbers: Float64Array, means: Float64Array, first: number, end: number): void {
    const { length } = this
    let known = first
    let i = first
    while (i < end) {
      i = this.slideSizes(numbers, means, i, end)
      if (i < end && numbers[i] === 0 && !this.cut.isNone()) {
        i = this.slideZeros(numbers, means, i, end)
      } else {
        if (i > known) this.goOn(numbers.subarray(i - length, i), i - known)
        if (i < end) {
          this.push(numbers[i]!)
          means[i++] = this.sum / length
        }
        known = i
      }
    }
    if (i > known) this.goOn(numbers.subarray(i - length, i), i - known)
  }

  /** As far as there are no zeros and the cut goes. @returns the index after the last */
  private slideSizes(
    numbers: Float64Array,
    means: Float64Array,
    first: number,
    end: number,
  ): number {
    const { length } = this
    const { splitter, least, most } = this.cut
    let { coarse, fine } = this
    let i = first
    for (; i < end; i++) {
      const value = numbers[i]!
      // Zeros apart: a third comparison here takes a quarter of the time again.
      if (!(value >= least && value <= most)) break
      const old = numbers[i - length]!
      const raised = value + splitter
      const oldRaised = old + splitter
      coarse += raised - oldRaised
      fine += value - (raised - splitter) - (old - (oldRaised - splitter))
      means[i] = (coarse + fine) / length
    }
    this.coarse = coarse
    this.fine = fine
    return i
  }

  /** As `slideSizes`, for a row of zeros. */
  private slideZeros(
    numbers: Float64Array,
    means: Float64Array,
    first: number,
    end: number,
  ): number {
    const { length } = this
    const { splitter } = this.cut
    let i = first
    for (; i < end && numbers[i] === 0; i++) {
      const old = numbers[i - length]!
      const oldHigh = old + splitter - splitter
      this.coarse -= oldHigh
      this.fine -= old - oldHigh
      means[i] = (this.coarse + this.fine) / length
    }
    return i
  }

  /** Takes over what loops of so many pushes have left in the window. */
  private goOn(held: Float64Array, pushes: number): void {
    this.ring.set(held)
    this.slot = 0
    this.sum = this.coarse + this.fine
    this.patience = Math.max(0, this.patience - pushes)
  }

  private exchange(value: number, old: number): void {
    if (this.patience > 0) this.patience--
    if (this.cut.holds(value)) {
      const { splitter } = this.cut
      const high = value + splitter - splitter
      const oldHigh = old + splitter - splitter
      this.coarse += high - oldHigh
      this.fine += value - high - (old - oldHigh)
      this.sum = this.coarse + this.fine
    } else if (this.patience === 0) {
      this.patience = this.length
      if (this.cut.choose(this.ring, this.room)) this.sumHalves()
      else this.sumParts()
    } else if (this.cut.isNone()) {
      if (value !== 0) this.parts.add(value)
      if (old !== 0) this.parts.add(-old)
      this.sum = this.parts.value
    } else {
      this.cut.forget()
      this.sumParts()
    }
  }

  private sumHalves(): void {
    const { ring } = this
    const { splitter } = this.cut
    let [coarse, fine] = [0, 0]
    for (let slot = 0; slot < this.length; slot++) {
      const high = ring[slot]! + splitter - splitter
      coarse += high
      fine += ring[slot]! - high
    }
    this.coarse = coarse
    this.fine = fine
    this.sum = coarse + fine
  }

  private sumParts(): void {
    const { ring, parts } = this
    parts.clear()
    for (let slot = 0; slot < this.length; slot++) if (ring[slot] !== 0) parts.add(ring[slot]!)
    this.sum = parts.value
  }
}
