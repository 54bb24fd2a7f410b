import type { Leg } from '../../trading/leg.js'

/** What one leg has gained at each time of the account: cash moved, and the position at its last price. */
export class LegCurve {
  gains: Float64Array
  length = 0
  candlesInMarket = 0
  readonly leg: Leg

  constructor(leg: Leg, room = 256) {
    this.leg = leg
    this.gains = new Float64Array(room)
  }

  push(): void {
    if (this.length === this.gains.length) {
      const longer = new Float64Array(this.length * 2)
      longer.set(this.gains)
      this.gains = longer
    }
    this.gains[this.length++] = this.gain()
    if (this.leg.position.quantity !== 0) this.candlesInMarket += 1
  }

  /** The last gain again, after what was open has been closed. */
  replaceLast(): void {
    this.gains[this.length - 1] = this.gain()
  }

  view(): Float64Array {
    return this.gains.subarray(0, this.length)
  }

  private gain(): number {
    const { ledger, position, market } = this.leg
    return ledger.cash + position.quantity * market.price
  }
}
