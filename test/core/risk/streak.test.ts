import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import type { TradingEvent } from '../../../src/core/account/events.js'
import { candlesFrom } from '../../../src/core/candles/candles.js'
import { DAY_MS } from '../../../src/core/candles/time.js'
import { NO_RISK_LIMITS, type RiskLimits } from '../../../src/core/risk/limits.js'
import { orders } from '../../../src/core/strategy/intent.js'
import { defineStrategy, type AnyStrategy } from '../../../src/core/strategy/strategy.js'
import { scripted, specOf } from '../../run-spec.js'

const HOUR_MS = DAY_MS / 24
/** The last hours of a day, and those of the next. */
const START = Date.UTC(2026, 0, 5, 12)

function run(strategy: AnyStrategy, prices: readonly number[], limits: Partial<RiskLimits>) {
  const events: TradingEvent[] = []
  const rows = prices.map((price, k) => ({
    time: START + k * HOUR_MS,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
  }))
  const spec = specOf(strategy, { limits: { ...NO_RISK_LIMITS, ...limits } })
  const sink = (event: TradingEvent): void => void events.push(event)
  const { trades } = runBacktest({ spec, candles: candlesFrom(HOUR_MS, rows), first: 0, sink })
  return { trades, events }
}

describe('a streak of losses', () => {
  // In at one price, out at a lower one, again and again: two candles a trade.
  const falling = Array.from({ length: 40 }, (_, k) => 200 - k)
  const inAndOut = scripted(falling.map((_, k) => (k % 2 === 0 ? 1 : 0)))

  it('ends the entries of its day, is announced, and is counted anew on the next', () => {
    const { trades, events } = run(inAndOut, falling, { maxLossStreak: 3 })
    const days = trades.map(({ entryTime }) => Math.floor(entryTime / DAY_MS))
    const first = days[0]!
    expect(days.filter(day => day === first)).toHaveLength(3)
    expect(days.filter(day => day === first + 1)).toHaveLength(3)
    const breaches = events.filter(event => event.type === 'risk.breached')
    expect(breaches.map(({ limit, value, threshold }) => [limit, value, threshold])).toEqual([
      ['max_loss_streak', 3, 3],
      ['max_loss_streak', 3, 3],
    ])
    const refused = events.filter(event => event.type === 'error')
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['max_loss_streak']))
    expect(run(inAndOut, falling, {}).trades.length).toBeGreaterThan(6)
  })

  it('is broken by a trade that does not lose', () => {
    const prices = [200, 200, 199, 199, 198, 198, 199, 199, 198, 198, 197, 197]
    const { events } = run(inAndOut, prices, { maxLossStreak: 3 })
    expect(events.some(({ type }) => type === 'risk.breached')).toBe(false)
  })
})

describe('the largest order', () => {
  it('cuts an entry, not an exit', () => {
    const { trades } = run(scripted([1, null, null, 0]), [100, 100, 100, 100, 300, 300], {
      maxOrder: 2500,
    })
    expect(trades).toHaveLength(1)
    expect(trades[0]!.size).toBe(25)
  })

  it('cuts a resting order that may enter when it is placed', () => {
    const resting = defineStrategy({
      name: 'resting',
      description: 'Waits below',
      params: {},
      templates: {},
      indicators: () => ({}),
      initial: () => ({}),
      decide: () => orders([{ side: 'buy', kind: 'limit', price: 95, share: 1 }]),
    })
    const { events } = run(resting, [100, 100, 100], { maxOrder: 950 })
    const placed = events.find(event => event.type === 'order.placed')
    expect(placed).toMatchObject({ size: 10 })
  })
})
