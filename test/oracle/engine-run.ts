import type { Costs } from '../../src/core/account/costs.js'
import type { Trade } from '../../src/core/account/trade.js'
import { candlesFrom } from '../../src/core/candles/candles.js'
import { mergeTimes } from '../merge-times.js'
import { Engine } from '../../src/core/engine/engine.js'
import type { EngineMarket } from '../../src/core/engine/spec.js'
import { measure, type Metrics } from '../../src/core/metrics/metrics.js'
import type { RiskLimits } from '../../src/core/risk/limits.js'
import { roiSteps, type RiskSettings } from '../../src/core/risk/settings.js'
import { defineStrategy, type AnyStrategy } from '../../src/core/strategy/strategy.js'
import type { LegSpec } from '../../src/core/trading/desk.js'
import type { Leg } from '../../src/core/trading/leg.js'
import type { OracleLeg, OracleMarket, OracleOutcome, OracleSpec, OracleTrade } from './model.js'
import { compareTexts } from './state.js'

/** The strategy that speaks for a leg. */
export type StrategyOf = (leg: OracleLeg, market: OracleMarket) => AnyStrategy

/** The same run through the engine, its outcome in the words of the oracle. */
export function runEngine(
  spec: OracleSpec,
  markets: readonly OracleMarket[],
  legs: readonly OracleLeg[],
  strategyOf: StrategyOf = wordsOf,
): OracleOutcome {
  const breaches: string[] = []
  const ready = markets.map(market => engineMarket(spec, market, { legs, strategyOf }))
  ready.sort((a, b) => compareTexts(a.legs[0]!.market.symbol, b.legs[0]!.market.symbol))
  const account = {
    capital: spec.capital,
    costs: costsOf(spec),
    fill: spec.fill,
    path: 'pessimistic' as const,
    limits: limitsOf(spec),
    keepOpen: spec.keepOpen,
  }
  const engine = new Engine(account, ready, {
    sink: event => {
      if (event.type === 'risk.breached') breaches.push(nameOf(event.limit))
    },
  })
  const times = [...mergeTimes(ready)]
  for (const time of times) engine.step(time)
  const endedEarly = engine.legs.filter(
    ({ position, market }) => position.quantity !== 0 && market.time < times[times.length - 1]!,
  ).length
  engine.finish()
  const equity = [...engine.curve.view()]
  const events = eventsOf(engine.legs, { breaches, endedEarly })
  return { trades: tradesOf(engine), times, equity, events, metrics: figuresOf(engine, times) }
}

function engineMarket(
  spec: OracleSpec,
  market: OracleMarket,
  { legs, strategyOf }: { legs: readonly OracleLeg[]; strategyOf: StrategyOf },
): EngineMarket {
  const own = legs.filter(leg => leg.symbol === market.symbol)
  own.sort((a, b) => compareTexts(a.strategy, b.strategy))
  const { symbol, step, tick, minNotional, shortable, detail } = market
  return {
    candles: candlesFrom(spec.timeframeMs, market.candles),
    detail: detail ? candlesFrom(detail.timeframeMs, detail.candles) : null,
    first: 0,
    decideFrom: Math.min(...own.map(leg => leg.first)),
    columns: own.map(() => ({})),
    legs: own.map((leg): LegSpec => ({
      strategy: strategyOf(leg, market),
      params: {},
      market: { symbol, step, tick, minNotional, shortable },
      risk: riskOf(spec),
      weight: leg.weight,
      priority: leg.priority,
    })),
  }
}

function wordsOf(leg: OracleLeg, { candles }: OracleMarket): AnyStrategy {
  const indexOf = new Map(candles.map(({ time }, i) => [time, i]))
  return defineStrategy({
    name: leg.strategy,
    description: 'Says what a leg of the oracle says',
    params: {},
    templates: {},
    indicators: () => ({}),
    initial: () => ({}),
    decide: ({ time, exposure, entryPrice, candlesHeld }) =>
      leg.decide(indexOf.get(time)!, { exposure, entryPrice, candlesHeld }),
  })
}

function costsOf(spec: OracleSpec): Costs {
  return {
    fee: spec.feeRate,
    makerFee: spec.makerFeeRate,
    slippage: spec.slippage,
    txCost: spec.txCost,
    impact: spec.impact,
    limitFill: spec.limitFill,
    maxVolumeShare: spec.maxVolumeShare === 0 ? null : spec.maxVolumeShare,
  }
}

function limitsOf({ limits }: OracleSpec): RiskLimits {
  const some = (limit: number): number | null => (limit === 0 ? null : limit)
  return {
    maxDrawdown: some(limits.maxDrawdown),
    maxDailyLoss: some(limits.maxDailyLoss),
    maxExposure: some(limits.maxExposure),
    maxOpenPositions: some(limits.maxOpenPositions),
    maxTradesPerDay: some(limits.maxTradesPerDay),
    maxDataAgeMs: null,
    maxLossStreak: null,
    maxOrder: null,
  }
}

function riskOf({ exits, cooldown, positionSize }: OracleSpec): RiskSettings {
  return {
    stopLoss: exits.stopLoss ?? 0,
    takeProfit: exits.takeProfit ?? 0,
    trailingStop: exits.trailingStop ?? 0,
    trailingFrom: exits.trailingFrom ?? 0,
    breakEven: exits.breakEven ?? 0,
    timeStop: exits.timeStop ?? 0,
    roi: roiSteps(exits.roi),
    cooldown,
    positionSize,
  }
}

function tradesOf({ trades, legs, desk }: Engine): readonly OracleTrade[] {
  const keys = legs.map((_, k) => String(k))
  return trades.list(keys, desk.costs.fee).map(trade => {
    const { market, strategy } = legs[Number(trade.strategy)]!.spec
    return tradeOf({ ...trade, strategy: strategy.name }, market.symbol)
  })
}

/** A trade in the words of the oracle. */
export function tradeOf(trade: Trade, symbol: string): OracleTrade {
  return {
    symbol,
    strategy: trade.strategy,
    side: trade.side,
    entryTime: trade.entryTime,
    exitTime: trade.exitTime,
    entryPrice: trade.entryPrice,
    exitPrice: trade.exitPrice,
    size: trade.size,
    pnl: trade.pnl,
    fees: trade.fees,
    return: trade.return,
    mae: trade.mae,
    mfe: trade.mfe,
    exitReason: trade.exitReason,
    entryTag: trade.entryTag,
    exitTag: trade.exitTag,
    parts: trade.parts,
    fills: trade.fills.map(({ time, side, size, price, fee, reason, tag }) => ({
      ...{ time, side, size, price, fee, reason, tag },
    })),
  }
}

const COUNTED = [
  'fills',
  'entries',
  'exits',
  'exitsIgnored',
  'ordersPlaced',
  'ordersFilled',
  'ordersCancelled',
  'ordersExpired',
  'ordersRefused',
  'partialFills',
  'makerFills',
  'takerFills',
] as const

function eventsOf(
  legs: readonly Leg[],
  { breaches, endedEarly }: { breaches: readonly string[]; endedEarly: number },
): Record<string, number> {
  const events: Record<string, number> = {}
  const add = (name: string, count: number): void => {
    if (count > 0) events[name] = (events[name] ?? 0) + count
  }
  add('ended_early', endedEarly)
  for (const limit of breaches) add(`risk:${limit}`, 1)
  for (const { counts } of legs) {
    for (const name of COUNTED) add(nameOf(name), counts[name])
    for (const [reason, count] of Object.entries(counts.refused)) add(`refused:${reason}`, count)
  }
  return events
}

function figuresOf(engine: Engine, times: readonly number[]): Record<string, number | null> {
  const { account, curve, guard, trades, markets } = engine
  const ruinedAt = guard.isRuined ? guard.ruinedAt : null
  const metrics = measure({
    capital: account.capital,
    timeframeMs: markets[0]!.candles.timeframeMs,
    time: Float64Array.from(times),
    equity: curve.view(),
    firstOpen: 1,
    lastClose: 1,
    trades,
    candlesInMarket: curve.candlesInMarket,
    notional: account.notional,
    feesPaid: account.feesPaid,
    txCostsPaid: account.txCostsPaid,
    slippagePaid: account.slippagePaid,
    ruinedAt,
  })
  return namedFigures(metrics, ruinedAt)
}

/** The figures that the oracle knows too, by their names in a file. */
export function namedFigures(
  metrics: Metrics,
  ruinedAt: number | null,
): Record<string, number | null> {
  return {
    final_equity: metrics.finalEquity,
    total_return: metrics.totalReturn,
    trades: metrics.trades,
    win_rate: metrics.winRate,
    max_drawdown: metrics.maxDrawdown,
    sharpe: metrics.sharpe,
    fees_paid: metrics.feesPaid,
    ruined_at: ruinedAt,
  }
}

/** `maxDrawdown` as `max_drawdown`. */
function nameOf(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}
