import { tradePaths } from '../../src/backtest/stress/trades/trade-paths.js'
import { normal, seededRng } from '../../src/core/random.js'
import type { Trade } from '../../src/core/account/trade.js'

/** Seconds of 10,000 paths drawn in blocks from so many trades, on one thread. Must stay under 10. */
export function measureTradeBootstrap(count = 1000): number {
  const trades = noiseTrades(count)
  const start = performance.now()
  tradePaths('bootstrap', { trades, capital: 10_000 }, { paths: 10_000 })
  return (performance.now() - start) / 1000
}

/** Trades whose profit is noise about a small edge. */
function noiseTrades(count: number): Trade[] {
  const rng = seededRng(1)
  return Array.from({ length: count }, (_, k) => {
    const pnl = 20 * normal(rng) + 1
    return {
      strategy: 'noise',
      side: 'long',
      entryTime: 2 * k * 3_600_000,
      exitTime: (2 * k + 1) * 3_600_000,
      entryPrice: 100,
      exitPrice: 100 + pnl / 10,
      size: 10,
      pnl,
      fees: 0,
      txCosts: 0,
      slippage: 0,
      return: pnl / 1000,
      candles: 1,
      mae: 0,
      mfe: 0,
      exitReason: 'signal',
      ambiguous: false,
      entryTag: null,
      exitTag: null,
      parts: 1,
      fills: [],
    }
  })
}
