import { expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run/backtest.js'
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
import { differences } from '../oracle/compare.js'
import { runOracle, type OracleInput } from '../oracle/execution.js'
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

function compareAll(load: () => { candles: Candles; detail?: Candles; first?: number }): void {
  for (const [name, { strategy, params, risk, run }] of Object.entries(CASES)) {
    it(`agrees on ${name}`, () => {
      const { candles, detail, first = 0 } = load()
      const values = resolveParams(strategy.params as ParamSpecs, [params ?? {}])
      const spec = specOf(strategy, {
        costs: DEFAULT_COSTS,
        ...run,
        params: values as Record<string, number>,
        risk: risk ?? {},
      })
      const input: OracleInput = {
        spec,
        candles,
        first,
        naiveAverages: true,
        ...(detail && { detail }),
      }
      const outcome = runBacktest(input)
      expect(outcome.trades.length, 'the case trades').toBeGreaterThan(5)
      expect(differences(runOracle(input), outcome, input).slice(0, 10)).toEqual([])
    })
  }
}

/** Read once, when the first case asks for it. */
function once<T>(read: () => T): () => T {
  let value: T | undefined
  return () => (value ??= read())
}

const solUsdc = once(() => readShared('sol-usdc_binance-spot_1h.csv.gz', HOUR_MS))
const sol5m = once(() => readShared('sol-usdt_binance-spot_5m_2024.csv.gz', 5 * MINUTE_MS))
const solUsdt = once(() => readShared('sol-usdt_binance-spot_1h.csv.gz', HOUR_MS))
const bitmex = once(() =>
  cutCandles(readShared('xbtusd-perp_bitmex_1m_2017-2019.csv.gz', MINUTE_MS), 0, 100_000),
)

/** The hours for which there are finer candles, with a thousand before them to warm up. */
const detailed = once(() => {
  const detail = sol5m()
  const hours = solUsdt()
  const since = hours.time.indexOf(detail.time[0]!)
  const until = hours.time.findIndex(time => time > detail.time[detail.length - 1]!)
  const end = until < 0 ? hours.length : until
  return { candles: cutCandles(hours, since - 1000, end), detail, first: 1000 }
})

describeWithData('engine and oracle on SOL-USDC, 1h', () => {
  compareAll(() => ({ candles: solUsdc() }))
})

describeWithData('engine and oracle on SOL-USDT of 2024, 5m', () => {
  compareAll(() => ({ candles: sol5m() }))
})

describeWithData('engine and oracle on SOL-USDT of 2024, 1h with 5m inside', () => {
  compareAll(detailed)
})

describeWithData('engine and oracle on XBTUSD, 1m, whose opens lie outside high and low', () => {
  compareAll(() => ({ candles: bitmex() }))
})
