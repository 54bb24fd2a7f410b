import type { MarketTrade } from '../../core/account/trade.js'
import type { TradeLog } from '../../core/account/trade-log.js'
import type { TradeFigures } from '../../core/metrics/metrics.js'
import type { Leg } from '../../core/trading/leg.js'

/** All trades of an account, each with its market, in the order in which they closed. */
export function listTrades(trades: TradeLog, legs: readonly Leg[], feeRate: number): MarketTrade[] {
  const keys = legs.map((_, k) => String(k))
  return trades.list(keys, feeRate).map(trade => {
    const { strategy, market } = legs[Number(trade.strategy)]!.spec
    return { ...trade, symbol: market.symbol, strategy: strategy.name }
  })
}

/** Indices of the trades of each leg. */
export function tradesByLeg(trades: TradeLog, legs: number): readonly (readonly number[])[] {
  const byLeg: number[][] = Array.from({ length: legs }, () => [])
  for (let k = 0; k < trades.length; k++) byLeg[trades.legOf(k)]!.push(k)
  return byLeg
}

/** The figures of some trades, by their indices. */
export function figuresOf(trades: TradeLog, own: readonly number[]): TradeFigures {
  return {
    length: own.length,
    profitOf: k => trades.profitOf(own[k]!),
    returnOf: k => trades.returnOf(own[k]!),
    isAmbiguous: k => trades.isAmbiguous(own[k]!),
  }
}
