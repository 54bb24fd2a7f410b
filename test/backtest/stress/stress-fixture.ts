import { PLAIN } from '../../plain-request.js'
import { StressRuns, type StressBudget } from '../../../src/backtest/stress/stress-runs.js'
import type { RunData, RunRequest } from '../../../src/backtest/run/record/run-request.js'
import type { Candle, Candles } from '../../../src/core/candles/candles.js'
import { candlesFrom } from '../../../src/core/candles/candles.js'
import type { RunSpec } from '../../../src/core/engine/spec.js'
import {
  resolveParams,
  type ParamSpecs,
  type ParamValue,
} from '../../../src/core/strategy/params.js'
import { NO_RISK_SETTINGS } from '../../../src/core/risk/settings.js'
import type { AnyStrategy } from '../../../src/core/strategy/strategy.js'
import { syntheticCandles } from '../../../src/core/candles/synthetic.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import { FREE } from '../../run-spec.js'

/** A request for one strategy with nothing but what a test says. */
export function requestFor(
  strategy: AnyStrategy,
  over: Partial<RunRequest> & { readonly params?: Record<string, ParamValue> } = {},
): RunRequest {
  const { params, ...rest } = over
  return {
    symbol: 'SOL-USDC',
    timeframe: '1h',
    strategies: [
      {
        strategy,
        file: null,
        sourceHash: '',
        template: null,
        params: resolveParams(strategy.params as ParamSpecs, [params ?? {}]),
        risk: NO_RISK_SETTINGS,
        weight: 1,
        priority: 0,
      },
    ],
    market: { symbol: 'SOL-USDC', step: 1e-9, tick: 0, minNotional: 0, shortable: false },
    capital: 10_000,
    costs: FREE,
    ...PLAIN,
    ...rest,
  }
}

/** A request for what a drawn spec says. All legs trade the market of the first. */
export function requestOf(spec: RunSpec): RunRequest {
  const legs = spec.legs.map(({ strategy, params, risk, weight, priority }) => ({
    strategy,
    file: null,
    sourceHash: '',
    template: null,
    params,
    risk,
    weight,
    priority,
  }))
  const { capital, costs, fill, limits, keepOpen } = spec
  const base = requestFor(legs[0]!.strategy, { params: { ...legs[0]!.params } })
  const { market } = spec.legs[0]!
  return { ...base, strategies: legs, market, capital, costs, fill, limits, keepOpen }
}

export function dataOf(candles: Candles): RunData {
  return { main: { candles, hash: 'x' }, detail: null }
}

export function runsOf(
  request: RunRequest,
  candles: Candles,
  budget: Partial<StressBudget> = {},
): StressRuns {
  return new StressRuns(request, dataOf(candles), budget)
}

/** Candles an hour each that open and close at the prices given, from `start` on. */
export function candlesAt(prices: readonly number[], start = 0): Candles {
  return candlesFrom(
    HOUR_MS,
    prices.map((open, i): Candle => {
      const close = prices[i + 1] ?? open
      return {
        time: start + i * HOUR_MS,
        open,
        high: Math.max(open, close) * 1.001,
        low: Math.min(open, close) * 0.999,
        close,
        volume: 1,
      }
    }),
  )
}

/** A synthetic market of hours. */
export function synthetic(length: number, seed = 3): Candles {
  return syntheticCandles({
    seed,
    length,
    start: Date.UTC(2023, 0, 1),
    timeframeMs: HOUR_MS,
    price: 100,
    volatility: 0.006,
    decimals: 4,
  })
}

/** Twenty candles up, twenty down, and so on: whoever follows gains. */
export function waves(length: number): Candles {
  const prices: number[] = []
  for (let [i, price] = [0, 100]; i < length; i++) {
    prices.push(price)
    price *= Math.floor(i / 20) % 2 === 0 ? 1.01 : 1 / 1.01
  }
  return candlesAt(prices)
}
