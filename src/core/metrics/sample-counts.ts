import type { Candles } from '../candles/candles.js'
import { daysOf } from '../candles/days.js'
import type { MetricSample } from './metric-formulas.js'

/** What metrics were computed from. */
export interface Sampled {
  /** The candles of the run. */
  readonly candles: Pick<Candles, 'time' | 'length' | 'timeframeMs'>
  /** Those that closed, and their profit in quote currency. */
  readonly trades: readonly { readonly pnl: number }[]
}

/** How many of each there were: what the `n` of a metric is. */
export function sampleCounts({ candles, trades }: Sampled): Record<MetricSample, number> {
  let [winners, losers] = [0, 0]
  for (const { pnl } of trades) {
    if (pnl > 0) winners += 1
    if (pnl < 0) losers += 1
  }
  return {
    candles: candles.length,
    days: candles.length === 0 ? 0 : daysOf(candles),
    trades: trades.length,
    winners,
    losers,
  }
}
