import type { Candles } from './candles.js'
import { bucketOpen } from './resample.js'
import { formatTime, timeframeName, type Millis } from './time.js'

export type CandleFindingCode =
  | 'disordered'
  | 'duplicates'
  | 'gaps'
  | 'off_grid'
  | 'overlaps'
  | 'mislabelled'
  | 'high_below_low'
  | 'outside_range'
  | 'not_positive'
  | 'extreme_prices'
  | 'flat'
  | 'zero_volume'
  | 'outliers'
  | 'outlier_wicks'

/** Something about candles that a user should know before trusting them. */
export interface CandleFinding {
  /** What was found. */
  readonly code: CandleFindingCode
  /** An error makes a backtest meaningless, a warning may bend it, a note explains. */
  readonly severity: 'error' | 'warning' | 'note'
  /** How often. */
  readonly count: number
  /** The same for people. */
  readonly message: string
  /** Open time of the first example, ISO 8601. */
  readonly first: string
}

/** A move of this many robust deviations is an outlier. */
const OUTLIER_DEVIATIONS = 30
/** Scales the median absolute deviation to the standard deviation of normal data. */
const MAD_TO_DEVIATION = 1.4826
/** Moves smaller than this are never outliers, however quiet the rest is. */
const OUTLIER_RETURN_MIN = 0.02
/** Prices outside of these are no prices of any market, and doubles lose their cents. */
export const PRICE_MIN = 1e-15
export const PRICE_MAX = 1e15

/** Looks through candles for what usually goes wrong with them; most severe first. */
export function checkCandles(candles: Candles): readonly CandleFinding[] {
  const findings = [...checkTimes(candles), ...checkPrices(candles), ...checkMoves(candles)]
  const rank = { error: 0, warning: 1, note: 2 }
  return findings.sort((a, b) => rank[a.severity] - rank[b.severity])
}

/** Counts what meets a condition and remembers where it first did. */
class Tally {
  count = 0
  first: Millis = NaN

  see(time: Millis): void {
    if (this.count++ === 0) this.first = time
  }

  report(
    code: CandleFindingCode,
    severity: CandleFinding['severity'],
    message: string,
  ): CandleFinding[] {
    if (this.count === 0) return []
    return [{ code, severity, count: this.count, message, first: formatTime(this.first) }]
  }
}

function checkTimes(candles: Candles): CandleFinding[] {
  const { time, length, timeframeMs } = candles
  const [disordered, duplicates, gaps] = [new Tally(), new Tally(), new Tally()]
  const [offGrid, overlaps] = [new Tally(), new Tally()]
  let [missing, longest, longestAt] = [0, 0, NaN]
  const steps = new Map<number, number>()
  for (let i = 0; i < length; i++) {
    if (bucketOpen(time[i]!, timeframeMs) !== time[i]!) offGrid.see(time[i]!)
    if (i === 0) continue
    const step = time[i]! - time[i - 1]!
    steps.set(step, (steps.get(step) ?? 0) + 1)
    if (step < 0) disordered.see(time[i]!)
    if (step === 0) duplicates.see(time[i]!)
    if (step > 0 && step < timeframeMs) overlaps.see(time[i]!)
    if (step <= timeframeMs) continue
    gaps.see(time[i - 1]! + timeframeMs)
    missing += Math.round(step / timeframeMs) - 1
    if (step <= longest) continue
    longest = step
    longestAt = time[i - 1]! + timeframeMs
  }
  const name = timeframeName(timeframeMs)
  const wrong = mislabelled(candles, steps)
  return [
    ...disordered.report('disordered', 'error', 'candles are earlier than the one before'),
    ...duplicates.report('duplicates', 'error', 'candles repeat a time'),
    ...wrong,
    ...(wrong.length > 0
      ? []
      : overlaps.report(
          'overlaps',
          'error',
          `candles begin before the ${name} of the one before has ended`,
        )),
    ...gaps.report(
      'gaps',
      'warning',
      `gaps with ${missing} missing candles; the longest, ${longest / timeframeMs - 1} candles, begins ${formatTime(longestAt)}`,
    ),
    ...offGrid.report('off_grid', 'warning', `candles do not open on a multiple of ${name} in UTC`),
  ]
}

/**
 * The distance in milliseconds that at least half of all neighbours have, and how many, where it
 * is not that of the timeframe. Undefined for less than two distances.
 * @param steps how often each distance occurs
 */
export function otherStep(
  steps: ReadonlyMap<number, number>,
  timeframeMs: Millis,
): { readonly stepMs: Millis; readonly count: number } | undefined {
  const total = [...steps.values()].reduce((sum, count) => sum + count, 0)
  if (total < 2) return undefined
  const [stepMs, count] = [...steps].reduce((a, b) => (b[1] > a[1] ? b : a))
  const expected = steps.get(timeframeMs) ?? 0
  // Where many neighbours are one candle apart, longer distances are gaps.
  const isGaps = stepMs > timeframeMs && expected * 2 >= count
  const isOther = count > expected && !isGaps && stepMs > 0 && count >= total / 2
  return isOther ? { stepMs, count } : undefined
}

/** Candles most of which lie at another distance than their timeframe. */
function mislabelled(candles: Candles, steps: ReadonlyMap<number, number>): CandleFinding[] {
  const { timeframeMs } = candles
  const other = otherStep(steps, timeframeMs)
  if (other === undefined) return []
  return [
    {
      code: 'mislabelled',
      severity: 'error',
      count: other.count,
      message: `candles are ${timeframeName(other.stepMs)} apart, not ${timeframeName(timeframeMs)}`,
      first: formatTime(candles.time[0]!),
    },
  ]
}

function checkPrices(candles: Candles): CandleFinding[] {
  const { time, open, high, low, close, volume, length } = candles
  const tallies = Array.from({ length: 6 }, () => new Tally())
  const [notPositive, extreme, inverted, outside, flat, quiet] = tallies as [
    Tally,
    Tally,
    Tally,
    Tally,
    Tally,
    Tally,
  ]
  for (let i = 0; i < length; i++) {
    const [o, h, l, c] = [open[i]!, high[i]!, low[i]!, close[i]!]
    const [least, most] = [Math.min(o, h, l, c), Math.max(o, h, l, c)]
    if (!(least > 0) || !(most < Infinity)) notPositive.see(time[i]!)
    else if (least < PRICE_MIN || most > PRICE_MAX) extreme.see(time[i]!)
    if (h < l) inverted.see(time[i]!)
    else if (o > h || c > h || o < l || c < l) outside.see(time[i]!)
    if (h === l && o === c && o === h) flat.see(time[i]!)
    if (!(volume[i]! > 0)) quiet.see(time[i]!)
  }
  const hasNone = quiet.count === length
  return [
    ...notPositive.report('not_positive', 'error', 'candles have a price that is not above 0'),
    ...extreme.report(
      'extreme_prices',
      'error',
      `candles have a price above 1e15 or below 1e-15, which no market has`,
    ),
    ...inverted.report('high_below_low', 'error', 'candles have a high below their low'),
    ...outside.report(
      'outside_range',
      'warning',
      'candles have open or close outside of low to high',
    ),
    ...flat.report('flat', 'note', 'candles have one price throughout'),
    ...quiet.report(
      'zero_volume',
      hasNone ? 'warning' : 'note',
      hasNone ? 'candles, all of them, have no volume' : 'candles have no volume',
    ),
  ]
}

/**
 * Prices far outside of what the rest does: log returns of closes beyond thirty robust deviations,
 * the median absolute deviation scaled as in
 * https://en.wikipedia.org/wiki/Median_absolute_deviation, and within a candle a high, low or open
 * as far from the rest of it. Returns across a gap are left out.
 */
function checkMoves(candles: Candles): CandleFinding[] {
  const returns = closeReturns(candles)
  const moves = returns.filter(value => value !== 0 && Number.isFinite(value))
  if (moves.length < 10) return []
  const middle = medianOf(moves)
  const deviation = medianOf(moves.map(value => Math.abs(value - middle))) * MAD_TO_DEVIATION
  const limit = Math.max(OUTLIER_DEVIATIONS * deviation, OUTLIER_RETURN_MIN)
  const [closes, wicks] = [new Tally(), new Tally()]
  for (let i = 0; i < candles.length; i++) {
    const isJump = i > 0 && Math.abs(returns[i - 1]! - middle) > limit
    if (isJump) closes.see(candles.time[i]!)
    if (reaches(candles, i, limit, !isJump)) wicks.see(candles.time[i]!)
  }
  const percent = ((Math.exp(limit) - 1) * 100).toPrecision(3)
  return [
    ...closes.report(
      'outliers',
      'warning',
      `closes jump by more than ${percent}%, far beyond the rest`,
    ),
    ...wicks.report(
      'outlier_wicks',
      'warning',
      `candles have a high, low or open more than ${percent}% away from their own open and close, thirty robust deviations of the closes`,
    ),
  ]
}

/** From each close to the next; NaN across a gap. */
function closeReturns({ time, close, length, timeframeMs }: Candles): Float64Array {
  const returns = new Float64Array(Math.max(0, length - 1))
  for (let i = 1; i < length; i++) {
    const isNext = time[i]! - time[i - 1]! === timeframeMs
    returns[i - 1] = isNext ? Math.log(close[i]! / close[i - 1]!) : NaN
  }
  return returns
}

/** Whether a wick, or the open where the close is sound, lies further off than `limit` allows. */
function reaches(candles: Candles, i: number, limit: number, isCloseSound: boolean): boolean {
  const [open, close] = [candles.open[i]!, candles.close[i]!]
  const [top, bottom] = [Math.max(open, close), Math.min(open, close)]
  return (
    Math.log(candles.high[i]! / top) > limit ||
    Math.log(bottom / candles.low[i]!) > limit ||
    (isCloseSound && Math.log(top / bottom) > limit)
  )
}

function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
