import type { TradeFigures } from '../src/core/metrics/metrics.js'
import type { Trade } from '../src/core/account/trade.js'

/** Listed trades as metrics read them. */
export function figuresOf(trades: readonly Trade[]): TradeFigures {
  return {
    length: trades.length,
    profitOf: k => trades[k]!.pnl,
    returnOf: k => trades[k]!.return,
    isAmbiguous: k => trades[k]!.ambiguous,
  }
}
