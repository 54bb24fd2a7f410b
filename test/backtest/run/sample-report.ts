import { EXECUTION_MODEL } from '../../../src/core/version.js'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import type { Manifest } from '../../../src/backtest/run/record/manifest.js'
import type { Report } from '../../../src/backtest/run/record/report.js'
import { curveHash, resultHash } from '../../../src/backtest/run/record/result-hash.js'
import { allocateCandles, type Candles } from '../../../src/core/candles/candles.js'
import { DEFAULT_COSTS } from '../../../src/core/account/costs.js'
import { defaultMarket } from '../../../src/core/account/market.js'
import { normal, seededRng } from '../../../src/core/random.js'
import { NO_RISK_LIMITS } from '../../../src/core/risk/limits.js'
import { NO_RISK_SETTINGS } from '../../../src/core/risk/settings.js'
import { formatTime, timeframeName } from '../../../src/core/candles/time.js'
import { maCrossover } from '../../../strategies/ma_crossover.js'

export interface SampleOptions {
  readonly candles?: number
  readonly timeframeMs?: number
  readonly seed?: number
  readonly symbol?: string
  /** Decimals of the prices; null leaves them as they fall. */
  readonly decimals?: number | null
  readonly fast?: number
  readonly slow?: number
}

/** A walk with a daily rhythm and a few gaps. */
export function sampleCandles(options: SampleOptions = {}): Candles {
  const { candles: count = 3000, timeframeMs = 3_600_000, seed = 7, decimals = 2 } = options
  const rng = seededRng(seed)
  const candles = allocateCandles(timeframeMs, count)
  const round = (price: number): number =>
    decimals === null ? price : Math.round(price * 10 ** decimals) / 10 ** decimals
  let time = Date.UTC(2021, 0, 1)
  let price = 100
  const size = 0.0012 * Math.sqrt(timeframeMs / 60_000)
  for (let i = 0; i < count; i++) {
    const calm = 0.6 + 0.4 * Math.sin((2 * Math.PI * time) / 86_400_000)
    const open = round(price)
    price = Math.min(100_000, Math.max(1, price * Math.exp(size * calm * normal(rng))))
    const close = round(price)
    candles.time[i] = time
    candles.open[i] = open
    candles.close[i] = close
    candles.high[i] = round(Math.max(open, close) * (1 + size * 0.5 * rng.next()))
    candles.low[i] = round(Math.min(open, close) * (1 - size * 0.5 * rng.next()))
    candles.volume[i] = (1 + rng.next()) * 1000 * calm
    time += timeframeMs * (rng.next() < 0.001 ? 3 : 1)
  }
  return candles
}

/** A real run of ma_crossover over such candles, as a report. */
export function sampleReport(options: SampleOptions = {}): Report {
  const candles = sampleCandles(options)
  const symbol = options.symbol ?? 'SYNTH-USDC'
  const params = { fast_ma: options.fast ?? 10, slow_ma: options.slow ?? 30, min_volume: 0 }
  const outcome = runBacktest({
    spec: {
      legs: [
        {
          strategy: maCrossover,
          params,
          market: defaultMarket(symbol),
          risk: { ...NO_RISK_SETTINGS, stopLoss: 0.02, takeProfit: 0.03, trailingStop: 0.03 },
          weight: 1,
          priority: 0,
        },
      ],
      capital: 10_000,
      costs: DEFAULT_COSTS,
      fill: 'next_open',
      path: 'pessimistic',
      limits: NO_RISK_LIMITS,
      keepOpen: false,
    },
    candles,
    first: 0,
  })
  const hash = resultHash(outcome, { data: ['b'.repeat(64)], costs: DEFAULT_COSTS })
  return {
    runId: 'r-3f9a61c2',
    resultHash: hash,
    curveHash: curveHash(outcome.equity),
    manifest: sampleManifest(symbol, candles, params),
    metrics: outcome.metrics,
    trades: outcome.trades,
    warnings: ['The candles are synthetic: they were made by a generator, no market traded them.'],
    candles,
    equity: outcome.equity,
    indicators: outcome.columns,
    bounds: {
      pessimistic: {
        finalEquity: outcome.metrics.finalEquity,
        totalReturn: outcome.metrics.totalReturn,
      },
      optimistic: {
        finalEquity: outcome.metrics.finalEquity * 1.01,
        totalReturn: outcome.metrics.totalReturn * 1.01 + 0.01,
      },
    },
  }
}

function sampleManifest(
  symbol: string,
  candles: Candles,
  params: Readonly<Record<string, number>>,
): Manifest {
  const [first, last] = [candles.time[0]!, candles.time[candles.length - 1]!].map(formatTime)
  return {
    schema_version: 1,
    execution_model: EXECUTION_MODEL,
    engine_version: '0.1.0',
    node_version: '20.19.0',
    symbol,
    timeframe: timeframeName(candles.timeframeMs),
    data: { hash: 'd'.repeat(64), candles: candles.length, first: first!, last: last! },
    from: first!,
    to: last!,
    candles: candles.length,
    decide_from: first!,
    detail: null,
    signals: null,
    strategies: [
      {
        name: 'ma_crossover',
        file: null,
        source_hash: 'a'.repeat(64),
        template: 'aggressive',
        params,
        risk_settings: {
          position_size: null,
          stop_loss: 0.02,
          take_profit: 0.03,
          trailing_stop: 0.03,
          trailing_from: 0,
          break_even: 0,
          roi: null,
          time_stop: 0,
          cooldown: 0,
        },
        weight: 1,
        priority: 0,
      },
    ],
    market: { step: 1e-9, tick: 0, min_notional: 0, shortable: false },
    capital: 10_000,
    costs: {
      fee_bps: 10,
      maker_fee_bps: 10,
      limit_fill: 'through',
      max_volume_share: null,
      slippage_bps: 5,
      tx_cost: 0,
      impact: 'none',
    },
    fill: 'next_open',
    path: 'pessimistic',
    keep_open: false,
    risk_limits: { max_drawdown: null },
    seed: 1,
  }
}
