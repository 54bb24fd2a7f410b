import { Cut } from './cut.js'
import { ExactSum } from './exact-sum.js'

/**
 * The sum of the last `length` numbers, the newest weighing `length` and the oldest 1, rounded once
 * and exact before, as `WindowSum` is. Of a window that is not full the missing numbers are 0.
 */
export class WeightedSum {
  sum = 0
  private readonly length: number
  private readonly ring: Float64Array
  /** Of all weights. */
  private readonly room: number
  private slot = 0
  private count = 0
  private coarse = 0
  private fine = 0
  private weightedCoarse = 0
  private weightedFine = 0
  private readonly cut = new Cut()
  private readonly parts = new ExactSum()
  /** Pushes until another place to cut is looked for. */
  private patience = 0

  constructor(length: number) {
    this.length = length
    this.room = Math.max(4, (length * (length + 1)) / 2)
    this.ring = new Float64Array(length)
  }

  /** Takes a number in; whether the window is full now. */
  push(value: number): boolean {
    const { ring, slot, length } = this
    const old = ring[slot]!
    ring[slot] = value
    this.slot = slot + 1 === length ? 0 : slot + 1
    if (this.count < length) this.count++
    if (this.patience > 0) this.patience--
    if (this.cut.holds(value)) this.exchange(value, old)
    else this.leaveCut()
    return this.count === length
  }

  private exchange(value: number, old: number): void {
    const { splitter } = this.cut
    const high = value + splitter - splitter
    const low = value - high
    const oldHigh = old + splitter - splitter
    // All numbers before lose one weight each.
    this.weightedCoarse += this.length * high - this.coarse
    this.weightedFine += this.length * low - this.fine
    this.coarse += high - oldHigh
    this.fine += low - (old - oldHigh)
    this.sum = this.weightedCoarse + this.weightedFine
  }

  private leaveCut(): void {
    if (this.patience === 0) {
      this.patience = this.length
      if (this.cut.choose(this.ring, this.room)) return this.sumHalves()
    } else {
      this.cut.forget()
    }
    this.parts.clear()
    this.eachWeighted((value, weight) => this.parts.addProduct(value, weight))
    this.sum = this.parts.value
  }

  private sumHalves(): void {
    const { splitter } = this.cut
    this.coarse = 0
    this.fine = 0
    this.weightedCoarse = 0
    this.weightedFine = 0
    this.eachWeighted((value, weight) => {
      const high = value + splitter - splitter
      this.coarse += high
      this.fine += value - high
      this.weightedCoarse += weight * high
      this.weightedFine += weight * (value - high)
    })
    this.sum = this.weightedCoarse + this.weightedFine
  }

  /** From the oldest number to the newest; `slot` is where the oldest stands. */
  private eachWeighted(take: (value: number, weight: number) => void): void {
    const { ring, length } = this
    for (let k = 0; k < length; k++) {
      const slot = this.slot + k
      take(ring[slot < length ? slot : slot - length]!, k + 1)
    }
  }
}
