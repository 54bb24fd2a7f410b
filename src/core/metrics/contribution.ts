import { dayOfCandle, daysOf } from '../candles/days.js'
import type { Millis } from '../candles/time.js'

/** What one leg added to the whole. Over all legs each of these sums to that of the whole. */
export interface Contribution {
  /** Quote currency. */
  readonly pnl: number
  /** Of the total return: pnl by the capital. */
  readonly return: number
  /** Of the volatility a year: `√365 × cov(leg, whole) / sd(whole)` of daily returns; null where that is 0. */
  readonly volatility: number | null
  /** The same as a share of the volatility. */
  readonly volatilityShare: number | null
  /** Of the worst drawdown: pnl from its peak to its trough by the equity at the peak; below 0 for a loss. */
  readonly drawdown: number
}

/** How the legs of an account took part in its result. */
export interface Contributions {
  /** One a leg, in the order of the legs. */
  readonly legs: readonly Contribution[]
  /** Pearson's correlation of the legs' daily pnl; null where one of the two never changed. */
  readonly correlations: readonly (readonly (number | null)[])[]
}

/** Equity of an account and the gains of its legs, at the same times. */
export interface Gains {
  /** Quote currency at the start. */
  readonly capital: number
  /** Length of a candle, milliseconds. */
  readonly timeframeMs: Millis
  /** Open times, UTC milliseconds. */
  readonly time: Float64Array
  /** Of the account at these closes, quote currency. */
  readonly equity: Float64Array
  /** What each leg has brought by these closes, open positions at the close, quote currency. */
  readonly gains: readonly Float64Array[]
}

const DAYS_A_YEAR = 365

/** A sum of squares below this share of the other's is what floats leave of none at all. */
const NOTHING = 1e-26

/** Contribution of each leg, and the correlations between them. */
export function contributionsOf(run: Gains): Contributions {
  const { capital, gains } = run
  const before = equityBefore(run)
  const pnl = gains.map(gain => dailyChanges(run, gain))
  const returns = pnl.map(daily => daily.map((value, day) => value / before[day]!))
  const whole = Float64Array.from(before, (_, day) =>
    returns.reduce((sum, daily) => sum + daily[day]!, 0),
  )
  const variance = covariance(whole, whole)
  const isFlat = !(variance > NOTHING)
  const worst = worstDrawdown(run)
  const legs = gains.map((gain, k) => {
    const shared = isFlat ? null : covariance(returns[k]!, whole)
    const last = gain[gain.length - 1]!
    return {
      pnl: last,
      return: last / capital,
      volatility: shared === null ? null : (Math.sqrt(DAYS_A_YEAR) * shared) / Math.sqrt(variance),
      volatilityShare: shared === null ? null : shared / variance,
      drawdown: worst === null ? 0 : (gain[worst.trough]! - gainAt(gain, worst.peak)) / worst.value,
    }
  })
  return { legs, correlations: pnl.map(a => pnl.map(b => correlation(a, b))) }
}

function gainAt(gain: Float64Array, index: number): number {
  return index < 0 ? 0 : gain[index]!
}

/** Change of a column over each UTC day from 0 on; days without a point have 0. */
function dailyChanges({ time, timeframeMs }: Gains, column: Float64Array): Float64Array {
  const first = dayOfCandle(time[0]!, timeframeMs)
  const changes = new Float64Array(daysOf({ time, length: time.length, timeframeMs }))
  let before = 0
  for (let i = 0; i < time.length; i++) {
    const day = dayOfCandle(time[i]!, timeframeMs)
    if (i + 1 < time.length && dayOfCandle(time[i + 1]!, timeframeMs) === day) continue
    changes[day - first] = column[i]! - before
    before = column[i]!
  }
  return changes
}

/** Equity with which each UTC day began. */
function equityBefore({ capital, time, timeframeMs, equity }: Gains): Float64Array {
  const first = dayOfCandle(time[0]!, timeframeMs)
  const days = daysOf({ time, length: time.length, timeframeMs })
  const before = new Float64Array(days).fill(NaN)
  before[0] = capital
  for (let i = 0; i < time.length; i++) {
    const day = dayOfCandle(time[i]!, timeframeMs) - first
    if (day + 1 < days) before[day + 1] = equity[i]!
  }
  for (let day = 1; day < days; day++) if (Number.isNaN(before[day])) before[day] = before[day - 1]!
  return before
}

function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** Sample covariance; NaN for fewer than two values. */
function covariance(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += (a[k]! - meanA) * (b[k]! - meanB)
  return sum / (a.length - 1)
}

function correlation(a: Float64Array, b: Float64Array): number | null {
  const [varianceA, varianceB] = [covariance(a, a), covariance(b, b)]
  if (!(varianceA > NOTHING && varianceB > NOTHING)) return null
  const value = covariance(a, b) / Math.sqrt(varianceA * varianceB)
  return Math.max(-1, Math.min(1, value))
}

interface Fall {
  /** Index of the peak; -1 is the start. */
  readonly peak: number
  readonly trough: number
  /** Equity at the peak. */
  readonly value: number
}

/** The deepest fall from a running peak, the start included; null where equity never fell. */
function worstDrawdown({ capital, equity }: Gains): Fall | null {
  let [peak, value, deepest] = [-1, capital, 0]
  let worst: Fall | null = null
  for (let i = 0; i < equity.length; i++) {
    if (equity[i]! >= value) {
      peak = i
      value = equity[i]!
      continue
    }
    const depth = 1 - equity[i]! / value
    if (depth <= deepest) continue
    deepest = depth
    worst = { peak, trough: i, value }
  }
  return worst
}
