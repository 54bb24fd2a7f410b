import type { Millis } from '../../core/candles/time.js'
import type { Report } from '../run/record/report.js'

/** What a position came to: a trade's profit, or what an open one stands at. */
export interface PositionResult {
  /** Of its exit; of the last candle where it is open. */
  readonly exitTime: Millis
  /** Net profit, quote currency. */
  readonly pnl: number
}

/** The results of all positions of a run, those that were left open included. */
export function positionResults({
  trades,
  openPositions = [],
  candles,
}: Report): readonly PositionResult[] {
  if (openPositions.length === 0) return trades
  const exitTime = candles.time[candles.length - 1]!
  return [...trades, ...openPositions.map(({ unrealised }) => ({ exitTime, pnl: unrealised }))]
}

/** Net profit of some positions, quote currency. */
export function profitOf(results: readonly Pick<PositionResult, 'pnl'>[]): number {
  return results.reduce((sum, { pnl }) => sum + pnl, 0)
}
