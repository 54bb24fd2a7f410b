import { DAY_MS, type Millis } from './time.js'

/** How far and how long equity has been below its peak. */
export interface Depth {
  /** The deepest fall, as a fraction of the peak before it. */
  readonly deepest: number
  /** From the peak before it to the recovery, or to the last close where there is none. */
  readonly days: number
  /** Root mean square of the falls at all closes. */
  readonly ulcer: number
}

/** Follows an equity curve and its falls from the running peak, the capital at the start included. */
export class DrawdownMeter {
  private points = 0
  private peak: number
  private peakAt = -1
  private deepest = 0
  private squares = 0
  /** Index of the peak before the deepest fall; -1 is the start. */
  private deepestPeakAt = -1
  /** Index at which that peak was reached again; -1 while it is not. */
  private recoveredAt = 0

  constructor(capital: number) {
    this.peak = capital
  }

  /** Takes the points up to before `end`. The division by the peak is done once a peak, not once a point. */
  take(equity: Float64Array, end: number): void {
    let { peak, peakAt, deepest, squares } = this
    let perPeak = 1 / peak
    let floor = peak * (1 - deepest)
    for (let i = this.points; i < end; i++) {
      const value = equity[i]!
      if (value >= peak) {
        peak = value
        peakAt = i
        perPeak = 1 / value
        floor = value * (1 - deepest)
        if (this.recoveredAt < 0) this.recoveredAt = i
        continue
      }
      const fall = 1 - value * perPeak
      squares += fall * fall
      if (value >= floor) continue
      floor = value
      const depth = 1 - value / peak
      if (depth <= deepest) continue
      deepest = depth
      this.deepestPeakAt = peakAt
      this.recoveredAt = -1
    }
    this.peak = peak
    this.peakAt = peakAt
    this.deepest = deepest
    this.squares = squares
    this.points = Math.max(this.points, end)
  }

  /** The falls of what was taken; `time` has the open time of each point's candle. */
  read(time: Float64Array, timeframeMs: Millis): Depth {
    const { deepest, squares, points, deepestPeakAt, recoveredAt } = this
    if (deepest === 0) return { deepest: 0, days: 0, ulcer: 0 }
    const endedAt = recoveredAt < 0 ? points - 1 : recoveredAt
    const since = deepestPeakAt < 0 ? time[0]! : time[deepestPeakAt]! + timeframeMs
    const days = (time[endedAt]! + timeframeMs - since) / DAY_MS
    return { deepest, days, ulcer: Math.sqrt(squares / points) }
  }
}
