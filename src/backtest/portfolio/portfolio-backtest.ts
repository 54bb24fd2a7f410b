import { byCodeUnit } from '../../core/canonical.js'
import type { Candles } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import { ColumnFolds } from '../../core/engine/columns.js'
import type { LegSpec } from '../../core/trading/desk.js'
import type { EventSink } from '../../core/account/events.js'
import { measure, type Metrics, type TradeFigures } from '../../core/metrics/metrics.js'
import { Portfolio, type PortfolioLeg, type PortfolioSpec } from '../../core/engine/portfolio.js'
import type { WeightRow } from '../../core/engine/allocator.js'
import { contributionsOf, type Contribution } from '../../core/metrics/contribution.js'
import type { Trade, TradeLog } from '../../core/account/trade.js'
import type { OpenPosition } from '../backtest.js'
import { heldEquity, heldRatio } from './held-markets.js'

/** The candles of one market and the strategies that run on it. */
export interface MarketInput {
  readonly candles: Candles
  /** Index of the first candle of the run. */
  readonly first: number
  /** Index of the first candle at which strategies are asked, where later than they could be. */
  readonly decideFrom?: number
  readonly detail?: Candles
  /** All on this market. Their weights count where weights are fixed. */
  readonly legs: readonly LegSpec[]
}

/** A run over several markets. The order of markets and legs means nothing. */
export interface PortfolioInput {
  readonly spec: PortfolioSpec
  readonly markets: readonly MarketInput[]
  readonly sink?: EventSink
}

/** A trade with the market that it was made on. */
export interface PortfolioTrade extends Trade {
  readonly symbol: string
}

/** One strategy on one market, as it did within the whole. */
export interface LegOutcome {
  readonly symbol: string
  readonly strategy: string
  /** The weight that held last. */
  readonly weight: number
  /** As if the account had held nothing but this leg: capital and its own gains. */
  readonly metrics: Metrics
  readonly contribution: Contribution
  /** What it had gained at each time of the portfolio, quote currency. */
  readonly gains: Float64Array
  readonly belowMinimum: number
  readonly notShortable: number
  readonly refusedByRisk: number
  readonly openPosition: OpenPosition | null
}

/** One market of a run that has ended. */
export interface MarketOutcome {
  readonly symbol: string
  /** Index of the candle at which strategies were first asked; the length where they never were. */
  readonly decideFrom: number
  readonly detail: { readonly used: number; readonly missed: number } | null
}

/** What a portfolio computed. Markets and legs stand in canonical order. */
export interface PortfolioOutcome {
  /** Every time at which a candle opened anywhere, and equity at the close of each. */
  readonly timeframeMs: Millis
  readonly time: Float64Array
  readonly equity: Float64Array
  /** The capital in equal shares of all markets, bought at the first open of each and held. */
  readonly hold: Float64Array
  readonly trades: readonly PortfolioTrade[]
  /** The same as rows of numbers, as `TradeLog` has them. */
  readonly tradeRows: Float64Array
  readonly metrics: Metrics
  readonly markets: readonly MarketOutcome[]
  readonly legs: readonly LegOutcome[]
  readonly correlations: readonly (readonly (number | null)[])[]
  readonly weights: readonly WeightRow[]
}

/** Replays several markets on one account. Same input in any order, same outcome, to the bit. */
export function runPortfolio({ spec, markets, sink }: PortfolioInput): PortfolioOutcome {
  const ready = inCanonicalOrder(markets).map(market => {
    const folds = new ColumnFolds(market.legs, market.candles)
    folds.advance(market.candles.length)
    const decideFrom = Math.max(market.first, folds.complete, market.decideFrom ?? 0)
    return { ...market, detail: market.detail ?? null, columns: folds.columns, decideFrom }
  })
  const portfolio = new Portfolio(spec, ready, sink)
  portfolio.run()
  return outcomeOf(portfolio, spec, ready)
}

/**
 * Markets by symbol, the legs of each by the name of their strategy, by code unit: the order of
 * simultaneous events, whatever order a file has.
 */
export function inCanonicalOrder(markets: readonly MarketInput[]): MarketInput[] {
  return markets
    .map(market => ({
      ...market,
      legs: [...market.legs].sort((a, b) => byCodeUnit(a.strategy.name, b.strategy.name)),
    }))
    .sort((a, b) => byCodeUnit(symbolOf(a), symbolOf(b)))
}

function symbolOf({ legs }: Pick<MarketInput, 'legs'>): string {
  return legs[0]!.market.symbol
}

type ReadyMarket = Pick<MarketInput, 'candles' | 'first' | 'legs'> & { readonly decideFrom: number }

function outcomeOf(
  portfolio: Portfolio,
  spec: PortfolioSpec,
  markets: readonly ReadyMarket[],
): PortfolioOutcome {
  const { time, legs, trades, account } = portfolio
  const equity = portfolio.curve.view()
  const gains = legs.map(({ ledger }) => ledger.gains)
  const shape = { capital: spec.capital, timeframeMs: markets[0]!.candles.timeframeMs, time }
  const shares = contributionsOf({ ...shape, equity, gains })
  const ratios = markets.map(heldRatio)
  const marketIndex = new Map(portfolio.markets.map((desk, m) => [desk, m]))
  return {
    time,
    timeframeMs: shape.timeframeMs,
    equity,
    hold: heldEquity(spec.capital, time, markets),
    trades: listTrades(trades, legs),
    tradeRows: trades.figures(),
    metrics: measure({
      ...shape,
      equity,
      firstOpen: 1,
      lastClose: ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
      trades,
      candlesInMarket: portfolio.curve.candlesInMarket,
      ...costsOf(account),
    }),
    markets: markets.map((market, m) => {
      const { detail } = portfolio.markets[m]!
      return {
        symbol: symbolOf(market),
        decideFrom: market.decideFrom,
        detail: detail && { used: detail.used, missed: detail.missed },
      }
    }),
    legs: legs.map((entry, k) => ({
      ...describeLeg(entry),
      metrics: measure({
        ...shape,
        equity: entry.ledger.gains.map(gain => spec.capital + gain),
        firstOpen: 1,
        lastClose: ratios[marketIndex.get(entry.market)!]!,
        trades: tradesOfLeg(trades, k),
        candlesInMarket: entry.ledger.candlesInMarket,
        ...costsOf(entry.ledger),
      }),
      contribution: shares.legs[k]!,
      gains: entry.ledger.gains,
    })),
    correlations: shares.correlations,
    weights: portfolio.weights,
  }
}

interface Paid {
  readonly notional: number
  readonly feesPaid: number
  readonly txCostsPaid: number
  readonly slippagePaid: number
}

function costsOf({ notional, feesPaid, txCostsPaid, slippagePaid }: Paid): Paid {
  return { notional, feesPaid, txCostsPaid, slippagePaid }
}

function listTrades(trades: TradeLog, legs: readonly PortfolioLeg[]): PortfolioTrade[] {
  const keys = legs.map((_, k) => String(k))
  return trades.list(keys).map(trade => {
    const { strategy, market } = legs[Number(trade.strategy)]!.spec
    return { ...trade, symbol: market.symbol, strategy: strategy.name }
  })
}

/** Length of a row of the trade log, whose first number is the leg. */
function tradesOfLeg(trades: TradeLog, leg: number): TradeFigures {
  const rows = trades.figures()
  const width = rows.length / Math.max(1, trades.length)
  const own = Array.from({ length: trades.length }, (_, k) => k).filter(
    k => rows[k * width] === leg,
  )
  return {
    length: own.length,
    profitOf: k => trades.profitOf(own[k]!),
    returnOf: k => trades.returnOf(own[k]!),
    isAmbiguous: k => trades.isAmbiguous(own[k]!),
  }
}

function describeLeg({
  leg,
  market,
  spec,
}: PortfolioLeg): Omit<LegOutcome, 'metrics' | 'contribution' | 'gains'> {
  const { quantity, entryPrice, fees, txCosts } = leg.position
  const unrealised = quantity * (market.price - entryPrice) - fees - txCosts
  return {
    symbol: spec.market.symbol,
    strategy: spec.strategy.name,
    weight: spec.weight,
    belowMinimum: leg.broker.belowMinimum,
    notShortable: leg.notShortable,
    refusedByRisk: leg.broker.refusedByRisk,
    openPosition:
      quantity === 0 ? null : { strategy: spec.strategy.name, quantity, entryPrice, unrealised },
  }
}
