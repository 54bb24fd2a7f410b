import * as at from '../fast/kernel-registers.js'
import { DAY_MS, type Millis } from '../candles/time.js'

/** How far and how long equity has been below its peak. */
export interface Depth {
  /** The deepest fall, as a fraction of the peak before it. */
  readonly deepest: number
  /** From the peak before it to the recovery, or to the last close where there is none. */
  readonly days: number
  /** Root mean square of the falls at all closes. */
  readonly ulcer: number
}

/**
 * Follows an equity curve and its falls from the running peak, the capital at the start included.
 * The curve is cut at its peaks: between two of them it has one lowest point.
 */
export class DrawdownMeter {
  private points = 0
  private peak: number
  private peakAt = -1
  /** The lowest value since the peak. */
  private lowest: number
  private squares = 0
  private deepest = 0
  /** Index of the peak before the deepest fall; -1 is the start. */
  private deepestPeakAt = -1
  /** Index at which that peak was reached again; -1 while it is not. */
  private recoveredAt = -1

  constructor(capital: number) {
    this.peak = capital
    this.lowest = capital
  }

  /** Takes the points up to before `end`. */
  take(equity: Float64Array, end: number): void {
    while (this.points < end) {
      this.climb(equity, end)
      this.fall(equity, end)
    }
  }

  /** The falls of what was taken; `time` has the open time of each point's candle. */
  read(time: Float64Array, timeframeMs: Millis): Depth {
    this.settle()
    const { deepest, squares, points, deepestPeakAt, recoveredAt } = this
    if (deepest === 0) return { deepest: 0, days: 0, ulcer: 0 }
    const endedAt = recoveredAt < 0 ? points - 1 : recoveredAt
    const since = deepestPeakAt < 0 ? time[0]! : time[deepestPeakAt]! + timeframeMs
    const days = (time[endedAt]! + timeframeMs - since) / DAY_MS
    return { deepest, days, ulcer: Math.sqrt(squares / points) }
  }

  /** Hands what was measured over to a kernel. */
  store(registers: Float64Array): void {
    registers[at.POINTS] = this.points
    registers[at.EQUITY_PEAK] = this.peak
    registers[at.EQUITY_PEAK_AT] = this.peakAt
    registers[at.EQUITY_LOWEST] = this.lowest
    registers[at.FALL_SQUARES] = this.squares
    registers[at.FALL_DEEPEST] = this.deepest
    registers[at.FALL_PEAK_AT] = this.deepestPeakAt
    registers[at.FALL_RECOVERED_AT] = this.recoveredAt
  }

  /** Takes it back. */
  load(registers: Float64Array): void {
    this.points = registers[at.POINTS]!
    this.peak = registers[at.EQUITY_PEAK]!
    this.peakAt = registers[at.EQUITY_PEAK_AT]!
    this.lowest = registers[at.EQUITY_LOWEST]!
    this.squares = registers[at.FALL_SQUARES]!
    this.deepest = registers[at.FALL_DEEPEST]!
    this.deepestPeakAt = registers[at.FALL_PEAK_AT]!
    this.recoveredAt = registers[at.FALL_RECOVERED_AT]!
  }

  /** Goes on while each point is at or above the peak. */
  private climb(equity: Float64Array, end: number): void {
    let { peak, points: i } = this
    if (i >= end || equity[i]! < peak) return
    this.settle()
    if (this.recoveredAt < 0 && this.deepest > 0) this.recoveredAt = i
    for (; i < end && equity[i]! >= peak; i++) peak = equity[i]!
    this.peak = peak
    this.peakAt = i - 1
    this.lowest = peak
    this.points = i
  }

  /** Goes on while each point is below the peak. The division by the peak is done once a peak, not once a point. */
  private fall(equity: Float64Array, end: number): void {
    const { peak } = this
    const perPeak = 1 / peak
    let { lowest, squares, points: i } = this
    for (; i < end; i++) {
      const value = equity[i]!
      if (value >= peak) break
      if (value < lowest) lowest = value
      const depth = 1 - value * perPeak
      squares += depth * depth
    }
    this.lowest = lowest
    this.squares = squares
    this.points = i
  }

  /** Compares the fall since the peak with the deepest before it. */
  private settle(): void {
    const depth = 1 - this.lowest / this.peak
    if (depth <= this.deepest) return
    this.deepest = depth
    this.deepestPeakAt = this.peakAt
    this.recoveredAt = -1
  }
}
