/** The last `length` numbers, without allocation. */
export class Window {
  readonly length: number
  /** How many numbers are held, up to `length`. */
  count = 0
  private readonly ring: Float64Array
  private slot = 0

  constructor(length: number) {
    this.length = length
    this.ring = new Float64Array(length)
  }

  /** Takes a number in; whether the window is full now. */
  push(value: number): boolean {
    this.ring[this.slot] = value
    this.slot = this.slot + 1 === this.length ? 0 : this.slot + 1
    if (this.count < this.length) this.count++
    return this.count === this.length
  }

  /** The number `ago` pushes back, 0 the newest. Only below `count`. */
  at(ago: number): number {
    const slot = this.slot - 1 - ago
    return this.ring[slot < 0 ? slot + this.length : slot]!
  }
}

/**
 * The largest of the last `length` numbers and its age, O(1) on average: a queue of candidates,
 * each larger than those after it. Of equal numbers the newest counts.
 */
export class WindowMax {
  private readonly length: number
  private readonly values: Float64Array
  private readonly indexes: Float64Array
  private head = 0
  private size = 0
  private count = 0

  constructor(length: number) {
    this.length = length
    this.values = new Float64Array(length)
    this.indexes = new Float64Array(length)
  }

  /** Takes a number in; whether the window is full now. */
  push(value: number): boolean {
    const { values, length } = this
    if (this.size > 0 && this.indexes[this.head]! <= this.count - length) {
      this.head = this.head + 1 === length ? 0 : this.head + 1
      this.size--
    }
    let tail = this.slotOf(this.size - 1)
    while (this.size > 0 && values[tail]! <= value) {
      this.size--
      tail = tail === 0 ? length - 1 : tail - 1
    }
    const slot = this.slotOf(this.size++)
    values[slot] = value
    this.indexes[slot] = this.count++
    return this.count >= length
  }

  get max(): number {
    return this.values[this.head]!
  }

  /** How many pushes ago the maximum came in, 0 for the newest. */
  get age(): number {
    return this.count - 1 - this.indexes[this.head]!
  }

  private slotOf(place: number): number {
    const slot = this.head + place
    return slot >= this.length ? slot - this.length : slot < 0 ? slot + this.length : slot
  }
}
