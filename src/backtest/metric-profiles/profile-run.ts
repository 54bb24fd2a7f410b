import type { Candles } from '../../core/candles/candles.js'
import { dailyReturns } from '../../core/metrics/metrics.js'
import { dayOfCandle } from '../../core/candles/days.js'
import { DAY_MS } from '../../core/candles/time.js'
import type { Trade } from '../../core/account/trade.js'
import { holdingReturns } from '../../core/metrics/holding-returns.js'
import type { Report } from '../run/record/report.js'

/** Figures of a run under the names of another library; null where it has none, or gives infinity. */
export type ForeignMetrics = Readonly<Record<string, number | null>>

/** A run as other libraries take it: by the day. */
export interface ProfileRun {
  /** Last equity of each UTC day against the day before, the first against the capital. */
  readonly returns: Float64Array
  /** The same of the market itself, the first day against the first open. */
  readonly market: Float64Array
  /** Value traded in each day by the equity at its end. */
  readonly turnover: Float64Array
  readonly trades: readonly Trade[]
  readonly capital: number
  readonly finalEquity: number
  readonly feesPaid: number
  /** From the first open to the last close. */
  readonly spanDays: number
}

export function profileRun(report: Report): ProfileRun {
  const { candles, equity, trades, metrics, manifest } = report
  const { capital } = manifest
  const { timeframeMs } = candles
  const time = candles.time.subarray(0, candles.length)
  const returns = dailyReturns({ time, equity, capital, timeframeMs })
  return {
    returns,
    market: holdingReturns(candles),
    turnover: turnoverOf(candles, trades, { returns, capital }),
    trades,
    capital,
    finalEquity: metrics.finalEquity,
    feesPaid: metrics.feesPaid,
    spanDays: (time[time.length - 1]! + timeframeMs - time[0]!) / DAY_MS,
  }
}

function turnoverOf(
  candles: Candles,
  trades: readonly Trade[],
  { returns, capital }: { readonly returns: Float64Array; readonly capital: number },
): Float64Array {
  const { timeframeMs } = candles
  const firstDay = dayOfCandle(candles.time[0]!, timeframeMs)
  const values = new Float64Array(returns.length)
  const add = (time: number, value: number): void => {
    values[dayOfCandle(time, timeframeMs) - firstDay]! += value
  }
  for (const { entryTime, entryPrice, exitTime, exitPrice, size } of trades) {
    add(entryTime, entryPrice * size)
    add(exitTime, exitPrice * size)
  }
  let equity = capital
  return values.map((value, day) => {
    equity *= 1 + returns[day]!
    return value / equity
  })
}

/** The figures without what is no finite number. */
export function finiteFigures(figures: Readonly<Record<string, number>>): ForeignMetrics {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  )
}
