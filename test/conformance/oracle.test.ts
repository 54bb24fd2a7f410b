import { expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run/replay/backtest.js'
import type { BacktestOutcome } from '../../src/backtest/run/replay/outcome.js'
import { cutCandles, type Candles } from '../../src/core/candles/candles.js'
import { DEFAULT_COSTS, impactPreset } from '../../src/core/account/costs.js'
import {
  defineStrategy,
  long,
  short,
  sma,
  crossed,
  HOLD,
  type AnyStrategy,
} from '../../src/core/index.js'
import { resolveParams, type ParamSpecs } from '../../src/core/strategy/params.js'
import type { RiskSettings } from '../../src/core/risk/settings.js'
import { HOUR_MS, MINUTE_MS } from '../../src/core/candles/time.js'
import { bollingerReversion } from '../../strategies/bollinger_reversion.js'
import { maCrossover } from '../../strategies/ma_crossover.js'
import { supertrend } from '../../strategies/supertrend.js'
import { namedFigures, tradeOf } from '../oracle/engine-run.js'
import { PLAIN_SPEC, type OracleOutcome, type OracleSpec } from '../oracle/model.js'
import { outcomeDifferences, writtenOf } from '../oracle/outcome-differences.js'
import { runOracle } from '../oracle/run.js'
import { candleList, strategyLeg } from '../oracle/strategy-leg.js'
import { specOf } from '../run-spec.js'
import { describeWithData, readShared } from './shared-data.js'

/** Always in the market, turned round at each cross of two averages. */
const turner = defineStrategy({
  name: 'turner',
  description: 'Long or short by a cross of two averages',
  params: {},
  templates: {},
  indicators: () => ({ fast: sma(7), slow: sma(25) }),
  initial: () => ({}),
  decide({ indicators: { fast, slow } }) {
    const cross = crossed(fast, slow)
    if (cross === 0) return HOLD
    return cross > 0 ? long(0.8, { takeProfit: 0.06 }) : short(0.6, { stopLoss: 0.03 })
  },
})

/** Scales with the distance from an average, so that positions grow and shrink. */
const scaler = defineStrategy({
  name: 'scaler',
  description: 'Holds the more, the lower the price stands against its average',
  params: {},
  templates: {},
  indicators: () => ({ average: sma(48) }),
  initial: () => ({}),
  decide({ candle, indicators: { average } }) {
    const gap = 1 - candle.close.at(0) / average.at(0)
    return long(Math.min(1, Math.max(0, Math.round(gap * 40) / 8)))
  },
})

interface Case {
  readonly strategy: AnyStrategy
  readonly params?: Record<string, number>
  readonly risk?: Partial<RiskSettings>
  readonly run?: Parameters<typeof specOf>[1]
}

const CASES: Readonly<Record<string, Case>> = {
  'ma_crossover without exits': { strategy: maCrossover },
  'ma_crossover with stop, target and cooldown': {
    strategy: maCrossover,
    params: { fast_ma: 5, slow_ma: 20 },
    risk: { stopLoss: 0.01, takeProfit: 0.02, cooldown: 3 },
  },
  'ma_crossover filled at the close': {
    strategy: maCrossover,
    params: { fast_ma: 8, slow_ma: 21 },
    risk: { trailingStop: 0.02, timeStop: 30 },
    run: { fill: 'close' },
  },
  'ma_crossover above a daily volume': {
    strategy: maCrossover,
    params: { min_volume: 1_000_000 },
    risk: { positionSize: { kind: 'share', share: 0.25 } },
  },
  'supertrend with a trailing stop': {
    strategy: supertrend,
    risk: { trailingStop: 0.015, takeProfit: 0.05 },
  },
  'supertrend with impact and a minimum': {
    strategy: supertrend,
    params: { period: 7, factor: 2 },
    risk: { stopLoss: 0.02, timeStop: 48, positionSize: { kind: 'quote', amount: 4000 } },
    run: { costs: { ...DEFAULT_COSTS, txCost: 0.02, impact: impactPreset('sol-usdc-stress') } },
  },
  'bollinger_reversion with stops': {
    strategy: bollingerReversion,
    risk: { stopLoss: 0.01, takeProfit: 0.01, cooldown: 1 },
  },
  'bollinger_reversion at the close, left open': {
    strategy: bollingerReversion,
    params: { period: 10, width: 1.5, patience: 1 },
    risk: { stopLoss: 0.03, trailingStop: 0.03 },
    run: { fill: 'close', keepOpen: true },
  },
  'both sides': {
    strategy: turner,
    risk: { stopLoss: 0.05, trailingStop: 0.04, cooldown: 2 },
    run: { market: { shortable: true, minNotional: 10 } },
  },
  'scaling with a trailing stop': {
    strategy: scaler,
    risk: { trailingStop: 0.03, cooldown: 1 },
    run: { market: { step: 0.01, minNotional: 5 } },
  },
}

function compareAll(load: () => Candles): void {
  for (const [name, { strategy, params, risk = {}, run = {} }] of Object.entries(CASES)) {
    it(`agrees on ${name}`, () => {
      const candles = load()
      const values = resolveParams(strategy.params as ParamSpecs, [params ?? {}])
      const oracle = oracleSpec(candles.timeframeMs, risk, run)
      const spec = specOf(strategy, {
        costs: DEFAULT_COSTS,
        ...run,
        params: values as Record<string, number>,
        risk,
      })
      const { market } = spec.legs[0]!
      const markets = [{ ...market, candles: candleList(candles) }]
      const theirs = runOracle(oracle, markets, [strategyLeg(strategy, values, candles)])
      const outcome = runBacktest({ spec, candles, first: 0 })
      expect(outcome.trades.length, 'the case trades').toBeGreaterThan(5)
      const ours = engineOutcome(outcome, { symbol: market.symbol, events: theirs.events })
      expect(outcomeDifferences(theirs, writtenOf(ours), spec.capital).slice(0, 10)).toEqual([])
    })
  }
}

/** The same settings in the words of the oracle. */
function oracleSpec(
  timeframeMs: number,
  { positionSize = null, cooldown = 0, roi: _steps, ...exits }: Partial<RiskSettings>,
  { costs = DEFAULT_COSTS, fill = 'next_open', keepOpen = false }: NonNullable<Case['run']>,
): OracleSpec {
  const { fee, makerFee, slippage, txCost, impact } = costs
  return {
    ...PLAIN_SPEC,
    ...{ timeframeMs, slippage, txCost, impact, fill, keepOpen, positionSize, cooldown, exits },
    feeRate: fee,
    makerFeeRate: makerFee,
  }
}

/** Counts of events are compared elsewhere; those of the oracle stand in for them. */
function engineOutcome(
  { trades, time, equity, metrics, ruinedAt }: BacktestOutcome,
  { symbol, events }: { symbol: string; events: OracleOutcome['events'] },
): OracleOutcome {
  return {
    trades: trades.map(trade => tradeOf(trade, symbol)),
    times: [...time],
    equity: [...equity],
    events,
    metrics: namedFigures(metrics, ruinedAt),
  }
}

/** Read once, when the first case asks for it. */
function once<T>(read: () => T): () => T {
  let value: T | undefined
  return () => (value ??= read())
}

const solUsdc = once(() => readShared('sol-usdc_binance-spot_1h.csv.gz', HOUR_MS))
const sol5m = once(() => readShared('sol-usdt_binance-spot_5m_2024.csv.gz', 5 * MINUTE_MS))
const bitmex = once(() =>
  cutCandles(readShared('xbtusd-perp_bitmex_1m_2017-2019.csv.gz', MINUTE_MS), 0, 100_000),
)

describeWithData('engine and oracle on SOL-USDC, 1h', () => {
  compareAll(solUsdc)
})

describeWithData('engine and oracle on SOL-USDT of 2024, 5m', () => {
  compareAll(sol5m)
})

describeWithData('engine and oracle on XBTUSD, 1m, whose opens lie outside high and low', () => {
  compareAll(bitmex)
})
