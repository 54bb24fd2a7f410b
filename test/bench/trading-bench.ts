import { runPortfolio } from '../../src/backtest/portfolio/portfolio-backtest.js'
import { runBacktest } from '../../src/backtest/run/replay/backtest.js'
import { candleAt, cutCandles, type Candles } from '../../src/core/candles/candles.js'
import type { RunSpec } from '../../src/core/engine/spec.js'
import { Session } from '../../src/core/engine/session.js'
import { resolveParams, type ParamSpecs } from '../../src/core/strategy/params.js'
import type { AnyStrategy } from '../../src/core/strategy/strategy.js'
import type { LegSpec } from '../../src/core/trading/desk.js'
import { Scratch } from '../../src/core/fast/scratch.js'
import { DEFAULT_ALLOCATION } from '../../src/core/engine/allocation/allocation.js'
import { maCrossover } from '../../strategies/ma_crossover.js'
import { macdCrossover } from '../../strategies/macd_crossover.js'
import { marketMaker } from '../../strategies/market_maker.js'
import { supertrend } from '../../strategies/supertrend.js'
import { specOf } from '../run-spec.js'
import { benchSpec, median, time } from './engine-bench.js'

const MARKETS = 20
const MARKET_CANDLES = 100_000

/** What is not one leg at a time: quotes, portfolios, sessions and what a session saves. */
export function benchTrading(candles: Candles): Record<string, number> {
  return {
    supertrend_million_candles_per_s: rateOf(candles, specWith(supertrend)),
    market_maker_million_candles_per_s: rateOf(candles, specWith(marketMaker)),
    portfolio_20_markets_million_legs_per_s: portfolioRate(candles),
    ...benchSession(candles),
  }
}

function specWith(strategy: AnyStrategy): RunSpec {
  const params = resolveParams(strategy.params as ParamSpecs, []) as Record<string, number>
  return specOf(strategy, { params, risk: { stopLoss: 0.02, trailingStop: 0.03 } })
}

function rateOf(candles: Candles, spec: RunSpec): number {
  const scratch = new Scratch()
  const rounds = time(5, () => void runBacktest({ spec, candles, first: 0, scratch }))
  return candles.length / median(rounds) / 1000
}

/** Twenty markets of one strategy each, on one account with equal shares. */
function portfolioRate(candles: Candles): number {
  const { legs, ...spec } = benchSpec()
  const markets = Array.from({ length: MARKETS }, (_, k) => {
    const from = k * 40_000
    const cut = cutCandles(candles, from, from + MARKET_CANDLES)
    // The same times, as markets of one venue have them.
    const own = { ...cut, time: candles.time.subarray(0, MARKET_CANDLES) }
    const market = { ...legs[0]!.market, symbol: `M${String(k).padStart(2, '0')}-USD` }
    const leg: LegSpec = { ...legs[0]!, market, weight: 1 / MARKETS }
    return { candles: own, first: 0, legs: [leg] }
  })
  const allocation = DEFAULT_ALLOCATION
  const rounds = time(3, () => void runPortfolio({ spec: { ...spec, allocation }, markets }))
  return (MARKETS * MARKET_CANDLES) / median(rounds) / 1000
}

/** Three legs over a million candles one by one, as live takes them, and then a snapshot. */
function benchSession(candles: Candles): Record<string, number> {
  const legs = [maCrossover, macdCrossover, supertrend].map(strategy => ({
    ...specWith(strategy).legs[0]!,
    weight: 1 / 3,
  }))
  const spec = { ...benchSpec(), legs }
  const session = new Session(spec, [{ timeframeMs: candles.timeframeMs, legs }])
  const steps = new Float64Array(candles.length)
  for (let i = 0; i < candles.length; i++) {
    const candle = candleAt(candles, i)
    const start = performance.now()
    session.take({ kind: 'candle', market: 0, candle })
    steps[i] = performance.now() - start
  }
  steps.sort()
  let saved = ''
  const saving = time(20, () => void (saved = JSON.stringify(session.save())))
  return {
    session_step_3_legs_us: steps[Math.floor(candles.length / 2)]! * 1000,
    session_step_3_legs_p99_us: steps[Math.floor(candles.length * 0.99)]! * 1000,
    snapshot_after_million_candles_kb: saved.length / 1000,
    snapshot_after_million_candles_ms: median(saving),
  }
}
