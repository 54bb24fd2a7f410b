import {
  runPortfolio,
  type PortfolioOutcome,
} from '../../../src/backtest/portfolio/portfolio-backtest.js'
import type { PortfolioReport } from '../../../src/backtest/portfolio/portfolio-run.js'
import type { PortfolioManifest } from '../../../src/backtest/portfolio/portfolio-manifest.js'
import { snakeKeys } from '../../../src/core/canonical.js'
import { DEFAULT_COSTS } from '../../../src/core/account/costs.js'
import type { LegSpec } from '../../../src/core/trading/desk.js'
import { defaultMarket } from '../../../src/core/account/market.js'
import {
  DEFAULT_ALLOCATION,
  type Allocation,
} from '../../../src/core/engine/allocation/allocation.js'
import { NO_RISK_LIMITS } from '../../../src/core/risk/limits.js'
import { NO_RISK_SETTINGS } from '../../../src/core/risk/settings.js'
import { formatTime, timeframeName } from '../../../src/core/candles/time.js'
import { maCrossover } from '../../../strategies/ma_crossover.js'
import { sampleCandles, sampleReport } from '../run/sample-report.js'

export interface SampleOptions {
  readonly candles?: number
  readonly timeframeMs?: number
  readonly symbols?: readonly string[]
  /** Names of the strategies on each symbol. */
  readonly strategies?: readonly string[]
  readonly allocation?: Partial<Allocation>
  readonly limits?: Partial<typeof NO_RISK_LIMITS>
}

const CAPITAL = 10_000

/** A real run of several legs over candles that wander. */
export function samplePortfolio(options: SampleOptions = {}): PortfolioReport {
  const { candles = 3000, timeframeMs = 3_600_000, symbols = ['AAA-USDC', 'SYNTH-USDC'] } = options
  const { strategies = ['quick', 'slow'] } = options
  const allocation: Allocation = {
    ...DEFAULT_ALLOCATION,
    method: 'inverse-volatility',
    windowDays: 10,
    ...options.allocation,
  }
  const limits = { ...NO_RISK_LIMITS, ...options.limits }
  const legOf = (symbol: string, name: string, k: number): LegSpec => ({
    strategy: { ...maCrossover, name },
    params: { fast_ma: 5 + 5 * k, slow_ma: 20 + 25 * k, min_volume: 0 },
    market: defaultMarket(symbol),
    risk: { ...NO_RISK_SETTINGS, stopLoss: 0.03 },
    weight: 1,
    priority: 0 / (symbols.length * strategies.length),
  })
  const outcome = runPortfolio({
    spec: {
      capital: CAPITAL,
      costs: DEFAULT_COSTS,
      fill: 'next_open',
      path: 'pessimistic',
      limits,
      keepOpen: false,
      allocation,
    },
    markets: symbols.map((symbol, m) => ({
      candles: sampleCandles({ candles, timeframeMs, seed: 7 + m }),
      first: 0,
      legs: strategies.map((name, k) => legOf(symbol, name, k)),
    })),
  })
  return {
    runId: 'b7f9a61c2d3e4f50',
    resultHash: 'e'.repeat(64),
    curveHash: 'd'.repeat(64),
    manifest: manifestOf(outcome, symbols, timeframeMs, { allocation, limits }),
    outcome,
    stop: null,
    warnings: [],
  }
}

function manifestOf(
  { time }: PortfolioOutcome,
  symbols: readonly string[],
  timeframeMs: number,
  { allocation, limits }: { allocation: Allocation; limits: typeof NO_RISK_LIMITS },
): PortfolioManifest {
  const {
    symbol: _symbol,
    data,
    market,
    strategies,
    ...shared
  } = sampleReport({ candles: 60 }).manifest
  const [from, to] = [formatTime(time[0]!), formatTime(time.at(-1)!)]
  return {
    ...shared,
    kind: 'portfolio',
    symbol: symbols.join('+'),
    timeframe: timeframeName(timeframeMs),
    data: { hash: data.hash },
    from,
    to,
    times: time.length,
    risk_limits: snakeKeys(limits) as PortfolioManifest['risk_limits'],
    symbols: symbols.map(symbol => ({
      symbol,
      data,
      from,
      to,
      candles: time.length,
      decide_from: from,
      detail: null,
      strategies,
      market,
    })),
    allocation: snakeKeys(allocation) as PortfolioManifest['allocation'],
  }
}
