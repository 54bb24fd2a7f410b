/**
 * Where numbers of these sizes add up exactly in two halves: each is cut at a unit into a multiple of
 * it and a rest, and both halves of as many as there is room for add up without rounding.
 */
export class Cut {
  /** Added to a number and taken off again it leaves the multiple of the unit. NaN where there is no cut. */
  splitter = NaN
  /** The smallest and the largest size that may be summed, 0 aside. */
  least = Infinity
  most = -Infinity

  /** Whether a number may be summed. */
  holds(value: number): boolean {
    const size = value < 0 ? -value : value
    return (size >= this.least && size <= this.most) || (value === 0 && !this.isNone())
  }

  isNone(): boolean {
    return this.splitter !== this.splitter
  }

  forget(): void {
    this.splitter = NaN
    this.least = Infinity
    this.most = -Infinity
  }

  /** Cuts where these numbers fit in, and all that `room` of them sum to; whether there is such a place. */
  choose(numbers: Float64Array, room: number): boolean {
    this.forget()
    let smallest = Infinity
    let largest = 0
    for (let k = 0; k < numbers.length; k++) {
      const size = Math.abs(numbers[k]!)
      if (size < smallest && size > 0) smallest = size
      if (!(size <= largest)) largest = size
    }
    // Sizes at which nothing overflows and nothing is subnormal.
    if (!(smallest > 1e-250 && smallest <= largest && largest < 1e250)) return false
    const unit = 2 ** (Math.round((Math.log2(smallest) + Math.log2(largest)) / 2) - 26)
    // A number of the least size is a multiple of `unit * room / 2 ** 53`.
    const least = unit * room
    const most = (unit * 2 ** 52) / room
    if (smallest < least || largest > most) return false
    this.splitter = unit * 1.5 * 2 ** 52
    this.least = least
    this.most = most
    return true
  }
}
