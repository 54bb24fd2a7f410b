import { byCodeUnit } from '../../core/canonical.js'
import type { Candles } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import { ColumnFolds } from '../../core/engine/columns.js'
import type { LegSpec } from '../../core/trading/desk.js'
import type { EventSink } from '../../core/account/events.js'
import { measureOrders, type OrderFigures } from '../../core/metrics/order-figures.js'
import { measure, type Metrics } from '../../core/metrics/metrics.js'
import type { Allocation } from '../../core/engine/allocation/allocation.js'
import { Engine } from '../../core/engine/engine.js'
import type { AccountSpec } from '../../core/engine/spec.js'
import type { WeightRow } from '../../core/engine/allocation/allocator.js'
import { contributionsOf, type Contribution } from '../../core/metrics/contribution.js'
import type { HistoryMiss } from '../../core/strategy/moment.js'
import type { Leg } from '../../core/trading/leg.js'
import { followed } from '../run/replay/decision-failure.js'
import type { OpenPosition } from '../run/record/open-position.js'
import { refusedByLimits } from '../run/replay/refused-entries.js'
import { heldEarly, heldEquity, heldRatio } from './held-markets.js'
import type { MarketTrade } from '../../core/account/trade.js'
import { figuresOf, listTrades, tradesByLeg } from './portfolio-trades.js'

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

/** What holds for the account of a portfolio. */
export interface PortfolioSpec extends AccountSpec {
  readonly allocation: Allocation
}

/** A run over several markets. The order of markets and legs means nothing. */
export interface PortfolioInput {
  readonly spec: PortfolioSpec
  readonly markets: readonly MarketInput[]
  readonly sink?: EventSink
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
  readonly exitsIgnored: number
  readonly idleLevels: number
  readonly openPosition: OpenPosition | null
  /** Its first read before the first candle; null where there was none. */
  readonly historyMiss: HistoryMiss | null
  /** Null where no order of it has rested. */
  readonly orders: OrderFigures | null
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
  /** Made when first read. */
  readonly trades: readonly MarketTrade[]
  /** The same as rows of numbers, as `TradeLog` has them. */
  readonly tradeRows: Float64Array
  /** Open time of the candle in which equity came to nothing; null where it did not. */
  readonly ruinedAt: Millis | null
  /** Open time of the candle whose close broke max_drawdown; null where none did. */
  readonly haltedAt: Millis | null
  /** Positions on markets that ended before the run did. */
  readonly endedEarly: number
  /** Entries that found no place because of a name alone. */
  readonly decidedByName: number
  /** Entries that were made smaller because not all of an instant had room. */
  readonly scaledEntries: number
  readonly metrics: Metrics
  readonly markets: readonly MarketOutcome[]
  readonly legs: readonly LegOutcome[]
  readonly correlations: readonly (readonly (number | null)[])[]
  readonly weights: readonly WeightRow[]
  /** Of all legs together; null where no order has rested. */
  readonly orders: OrderFigures | null
}

/** Replays several markets on one account. Same input in any order, same outcome, to the bit. */
export function runPortfolio({ spec, markets, sink }: PortfolioInput): PortfolioOutcome {
  const ready = inCanonicalOrder(markets).map(market => {
    const folds = new ColumnFolds(market.legs, market.candles)
    folds.advance(market.candles.length)
    const decideFrom = Math.max(market.first, folds.complete, market.decideFrom ?? 0)
    return { ...market, detail: market.detail ?? null, columns: folds.columns, decideFrom }
  })
  const engine = new Engine(spec, ready, { sink: sink ?? null, followsLegs: true })
  const time = timesOf(engine)
  const endedEarly = heldEarly(engine)
  engine.finish()
  return outcomeOf(engine, { spec, markets: ready, time, endedEarly })
}

/** Replays all candles. @returns every open time at which at least one market has one, ascending */
function timesOf(engine: Engine): Float64Array {
  const most = engine.markets.reduce((sum, { candles, first }) => sum + candles.length - first, 0)
  const times = new Float64Array(most)
  let count = 0
  followed(engine, () => {
    while (engine.advance()) times[count++] = engine.guard.time
  })
  return times.slice(0, count)
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

/** A market as a finished run knows it. */
export type ReadyMarket = Pick<MarketInput, 'candles' | 'first' | 'legs'> & {
  readonly decideFrom: number
}

/** What an engine does not know of its run. */
export interface Finished {
  readonly spec: PortfolioSpec
  readonly markets: readonly ReadyMarket[]
  /** Every time at which a candle opened anywhere. */
  readonly time: Float64Array
  /** Positions on markets that ended before the run did. */
  readonly endedEarly: number
}

/** What an engine that has finished, and has followed its legs, has computed. */
export function outcomeOf(
  engine: Engine,
  { spec, markets, time, endedEarly }: Finished,
): PortfolioOutcome {
  const { legs, legCurves, trades, account } = engine
  const equity = engine.curve.view()
  const gains = legCurves.map(curve => curve.view())
  const shape = { capital: spec.capital, timeframeMs: markets[0]!.candles.timeframeMs, time }
  const shares = contributionsOf({ ...shape, equity, gains })
  const own = tradesByLeg(trades, legs.length)
  let listed: readonly MarketTrade[] | undefined
  const ratios = markets.map(heldRatio)
  const marketIndex = new Map(engine.markets.map((market, m) => [market, m]))
  const ruinedAt = engine.guard.isRuined ? engine.guard.ruinedAt : null
  return {
    time,
    timeframeMs: shape.timeframeMs,
    equity,
    ruinedAt,
    haltedAt: engine.guard.haltedAt < 0 ? null : engine.guard.haltedAt,
    endedEarly,
    decidedByName: engine.orders.decidedByName,
    scaledEntries: engine.orders.scaledEntries,
    hold: heldEquity(spec.capital, time, markets),
    get trades() {
      return (listed ??= listTrades(trades, legs, spec.costs.fee))
    },
    tradeRows: trades.figures(),
    metrics: measure({
      ...shape,
      equity,
      ruinedAt,
      firstOpen: 1,
      lastClose: ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
      trades,
      candlesInMarket: engine.curve.candlesInMarket,
      ...costsOf(account),
    }),
    markets: markets.map((market, m) => {
      const { detail } = engine.markets[m]!
      return {
        symbol: symbolOf(market),
        decideFrom: market.decideFrom,
        detail: detail && { used: detail.used, missed: detail.missed },
      }
    }),
    legs: legs.map((leg, k) => ({
      ...describeLeg(leg),
      metrics: measure({
        ...shape,
        equity: equityOf(spec.capital, gains[k]!),
        firstOpen: 1,
        lastClose: ratios[marketIndex.get(leg.market)!]!,
        trades: figuresOf(trades, own[k]!),
        candlesInMarket: legCurves[k]!.candlesInMarket,
        ...costsOf(leg.ledger),
      }),
      contribution: shares.legs[k]!,
      orders: measureOrders([leg], trades.fills),
      gains: gains[k]!,
    })),
    correlations: shares.correlations,
    weights: engine.weights,
    orders: measureOrders(legs, trades.fills),
  }
}

/** The equity of an account that holds nothing but one leg. Not `map`: calling back takes longer than the sum. */
function equityOf(capital: number, gains: Float64Array): Float64Array {
  const equity = new Float64Array(gains.length)
  for (let i = 0; i < gains.length; i++) equity[i] = capital + gains[i]!
  return equity
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

function describeLeg(leg: Leg): Omit<LegOutcome, 'metrics' | 'contribution' | 'gains' | 'orders'> {
  const { spec, market, position, counts } = leg
  const { quantity, entryPrice } = position
  const unrealised = position.resultAt(market.price)
  return {
    symbol: spec.market.symbol,
    strategy: spec.strategy.name,
    weight: spec.weight,
    belowMinimum: counts.refused.below_minimum ?? 0,
    notShortable: counts.notShortable,
    refusedByRisk: refusedByLimits(leg),
    exitsIgnored: counts.exitsIgnored,
    idleLevels: counts.idleLevels,
    historyMiss: leg.moment.missOf(spec.strategy.name),
    openPosition:
      quantity === 0 ? null : { strategy: spec.strategy.name, quantity, entryPrice, unrealised },
  }
}
