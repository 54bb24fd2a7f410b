import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../../src/backtest/run/replay/backtest.js'
import { accountStop } from '../../../../src/backtest/run/record/account-stop.js'
import type { TradingEvent } from '../../../../src/core/account/events.js'
import { DEFAULT_COSTS } from '../../../../src/core/account/costs.js'
import { defaultMarket } from '../../../../src/core/account/market.js'
import { NO_RISK_LIMITS } from '../../../../src/core/risk/limits.js'
import { NO_RISK_SETTINGS } from '../../../../src/core/risk/settings.js'
import { maCrossover } from '../../../../strategies/ma_crossover.js'
import { sampleCandles } from '../sample-report.js'

const candles = sampleCandles({ candles: 2000 })

function run(maxDrawdown: number | null, sink?: (event: TradingEvent) => void) {
  const params = { fast_ma: 5, slow_ma: 20, min_volume: 0 }
  const market = defaultMarket('AAA-USDC')
  const leg = {
    strategy: maCrossover,
    params,
    market,
    risk: NO_RISK_SETTINGS,
    weight: 1,
    priority: 0,
  }
  return runBacktest({
    spec: {
      legs: [leg],
      capital: 10_000,
      costs: DEFAULT_COSTS,
      fill: 'next_open',
      path: 'pessimistic',
      limits: { ...NO_RISK_LIMITS, maxDrawdown },
      keepOpen: false,
    },
    candles,
    first: 0,
    ...(sink && { sink }),
  })
}

describe('an account that stops', () => {
  it('does so in the candle in which the limit was breached, with the share of the run after it', () => {
    const events: TradingEvent[] = []
    const outcome = run(0.1, event => events.push(event))
    const breach = events.find(({ type }) => type === 'risk.breached')!
    const index = Array.from(outcome.time).indexOf(outcome.haltedAt!)
    expect(breach.time).toBe(outcome.haltedAt)
    expect(
      1 - outcome.equity[index]! / Math.max(10_000, ...outcome.equity.slice(0, index + 1)),
    ).toBeGreaterThanOrEqual(0.1)
    const stop = accountStop({ ...outcome, timeframeMs: candles.timeframeMs, maxDrawdown: 0.1 })!
    expect(stop).toMatchObject({ reason: 'max_drawdown', at: outcome.haltedAt, limit: 0.1 })
    const end = outcome.time.at(-1)! + candles.timeframeMs
    expect(stop.share).toBeCloseTo((end - stop.at) / (end - outcome.time[0]!), 12)
    expect(outcome.trades.every(({ entryTime }) => entryTime <= stop.at)).toBe(true)
  })

  it('is none where no limit was met', () => {
    const outcome = run(null)
    expect(outcome.haltedAt).toBeNull()
    expect(
      accountStop({ ...outcome, timeframeMs: candles.timeframeMs, maxDrawdown: null }),
    ).toBeNull()
  })

  it('is ruin where both happened', () => {
    const time = Float64Array.of(0, 10, 20, 30)
    const account = { time, timeframeMs: 10, maxDrawdown: 0.5, ruinedAt: 20, haltedAt: 10 }
    expect(accountStop(account)).toEqual({ reason: 'ruin', at: 20, limit: null, share: 0.5 })
  })
})
