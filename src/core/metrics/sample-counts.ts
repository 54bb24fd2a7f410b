import type { Candles } from '../candles/candles.js'
import { DAY_MS } from '../candles/time.js'
import type { MetricSample } from './metric-formulas.js'

/** What metrics were computed from. */
export interface Sampled {
  readonly candles: Pick<Candles, 'time' | 'length'>
  readonly trades: readonly { readonly pnl: number }[]
}

/** How many of each there were: what the `n` of a metric is. */
export function sampleCounts({ candles, trades }: Sampled): Record<MetricSample, number> {
  const day = (index: number): number => Math.floor((candles.time[index] ?? 0) / DAY_MS)
  let [winners, losers] = [0, 0]
  for (const { pnl } of trades) {
    if (pnl > 0) winners += 1
    if (pnl < 0) losers += 1
  }
  return {
    candles: candles.length,
    days: candles.length === 0 ? 0 : day(candles.length - 1) - day(0) + 1,
    trades: trades.length,
    winners,
    losers,
  }
}
