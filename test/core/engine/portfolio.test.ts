import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  inCanonicalOrder,
  runPortfolio,
  type PortfolioSpec,
} from '../../../src/backtest/portfolio/portfolio-backtest.js'
import type { Candles } from '../../../src/core/candles/candles.js'
import { ColumnFolds } from '../../../src/core/engine/columns.js'
import type { TradeExecutedEvent, TradingEvent } from '../../../src/core/account/events.js'
import { Engine } from '../../../src/core/engine/engine.js'
import { DEFAULT_ALLOCATION } from '../../../src/core/engine/allocation/allocation.js'
import { mergeTimes } from '../../merge-times.js'
import { NO_RISK_LIMITS } from '../../../src/core/risk/limits.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import { portfolioArbitrary } from '../../backtest/portfolio/portfolio-arbitrary.js'
import { rows } from '../../market-generator.js'
import { FREE, scripted, specOf } from '../../run-spec.js'

const closeTo = (a: number, b: number, scale: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(scale))

const SPEC: PortfolioSpec = {
  capital: 10_000,
  costs: FREE,
  fill: 'next_open',
  path: 'pessimistic',
  limits: NO_RISK_LIMITS,
  keepOpen: true,
  allocation: DEFAULT_ALLOCATION,
}

/** A market at one price a candle, on which a script trades; `times` are hours. */
function scriptedMarket(
  symbol: string,
  prices: readonly number[],
  script: readonly (number | null)[],
  times: readonly number[] = prices.map((_, i) => i),
) {
  const candles = rows(...prices.map(price => [price, price, price, price] as const))
  times.forEach((hour, i) => (candles.time[i] = hour * HOUR_MS))
  const { legs } = specOf(scripted(script, `script_${symbol}`), { market: { symbol } })
  return { candles, first: 0, legs }
}

/** The last close of a market up to a time; 0 before its first. */
function lastClose(candles: Candles, first: number, time: number): number {
  let price = 0
  for (let i = first; i < candles.length && candles.time[i]! <= time; i++) price = candles.close[i]!
  return price
}

describe('a portfolio', () => {
  it('conserves cash and the quantity of every market at every time: fills alone explain both', () => {
    let filled = 0
    fc.assert(
      fc.property(portfolioArbitrary, ({ spec, markets }) => {
        const fills: TradeExecutedEvent[] = []
        const sink = (event: TradingEvent): void => {
          if (event.type === 'trade.executed') fills.push(event)
        }
        const ready = inCanonicalOrder(markets).map(market => {
          const folds = new ColumnFolds(market.legs, market.candles)
          folds.advance(market.candles.length)
          const { columns, complete } = folds
          return { ...market, detail: null, columns, decideFrom: Math.max(market.first, complete) }
        })
        const portfolio = new Engine(spec, ready, { sink, followsLegs: true })
        const times = mergeTimes(ready)
        for (let k = 0; k < times.length; k++) {
          portfolio.step(times[k]!)
          const held = ready.map(() => 0)
          let cash = spec.capital
          for (const fill of fills) {
            const sign = (fill.action === 'entry') === (fill.side === 'long') ? 1 : -1
            cash -= sign * fill.price * fill.size + fill.fee + fill.txCost
            const m = ready.findIndex(({ legs }) => legs[0]!.market.symbol === fill.symbol)
            held[m]! += sign * fill.size
          }
          let worth = cash
          ready.forEach(({ candles, first }, m) => {
            const open = portfolio.legs.filter(({ market }) => market === portfolio.markets[m])
            const quantity = open.reduce((sum, { position }) => sum + position.quantity, 0)
            expect(closeTo(held[m]!, quantity, quantity)).toBe(true)
            worth += held[m]! * lastClose(candles, first, times[k]!)
          })
          const equity = portfolio.curve.values[k]!
          const gains = portfolio.legCurves.reduce((sum, { gains: own }) => sum + own[k]!, 0)
          const scale = spec.capital + portfolio.account.notional
          expect(closeTo(cash, portfolio.account.cash, scale)).toBe(true)
          expect(closeTo(worth, equity, scale)).toBe(true)
          expect(closeTo(spec.capital + gains, equity, scale), 'legs make the whole').toBe(true)
        }
        filled += fills.length
      }),
      { numRuns: 60 },
    )
    expect(filled, 'the property says something').toBeGreaterThan(500)
  })

  it('has one point at each distinct time', () => {
    const a = scriptedMarket('A', [1, 1, 1], [], [0, 1, 3])
    const b = scriptedMarket('B', [1, 1, 1], [], [1, 2, 5])
    expect(Array.from(mergeTimes([a, b]))).toEqual([0, 1, 2, 3, 5].map(hour => hour * HOUR_MS))
    expect(runPortfolio({ spec: SPEC, markets: [a, b] }).equity).toHaveLength(5)
  })

  it('marks a market that is closed for a day at its last close, and fills there when it opens again', () => {
    const hours = Array.from({ length: 60 }, (_, i) => i)
    const whole = scriptedMarket(
      'A',
      hours.map(() => 10),
      [],
    )
    const open = hours.filter(hour => hour <= 10 || hour > 34)
    const holed = scriptedMarket(
      'B',
      open.map((_, i) => 100 + i),
      open.map((_, i) => (i === 2 ? 1 : i === 10 ? 0 : null)),
      open,
    )
    const { equity, trades } = runPortfolio({ spec: SPEC, markets: [whole, holed] })
    const quantity = 5000 / 103
    expect(equity[10]).toBeCloseTo(5000 + quantity * 110, 6)
    for (let hour = 11; hour <= 34; hour++) expect(equity[hour]).toBe(equity[10])
    expect(trades).toHaveLength(1)
    expect(trades[0]).toMatchObject({ symbol: 'B', exitTime: 35 * HOUR_MS, exitPrice: 111 })
  })

  it('values positions elsewhere by their own last price when it sizes an entry', () => {
    const a = scriptedMarket('A', [10, 10, 20, 20], [1, null, null])
    const b = scriptedMarket('B', [100, 100, 100, 100], [null, 1, null])
    const { legs } = runPortfolio({ spec: SPEC, markets: [a, b] })
    expect(legs[0]!.openPosition!.quantity).toBeCloseTo(500, 6)
    // At the open of the third hour A is worth 20 each: equity 15,000, of which B gets half, within the cash of 5,000.
    expect(legs[1]!.openPosition!.quantity).toBeCloseTo(50, 6)
    const half = { ...SPEC, allocation: { ...DEFAULT_ALLOCATION, method: 'fixed' as const } }
    const weighed = [a, b].map((market, m) => ({
      ...market,
      legs: market.legs.map(leg => ({ ...leg, weight: m === 0 ? 0.2 : 0.5 })),
    }))
    const fixed = runPortfolio({ spec: half, markets: weighed })
    expect(fixed.legs[1]!.openPosition!.quantity).toBeCloseTo((0.5 * 12_000) / 100, 6)
  })

  it('asks the strategies of a market when its own indicators have values', () => {
    const late = scriptedMarket('B', [1, 1, 1, 1], [1], [2, 3, 4, 5])
    const early = scriptedMarket('A', [1, 1, 1, 1, 1, 1], [1])
    const entries: TradingEvent[] = []
    runPortfolio({
      spec: SPEC,
      markets: [late, early],
      sink: event => {
        if (event.type === 'trade.executed') entries.push(event)
      },
    })
    expect(entries.map(({ symbol, time }) => [symbol, time / HOUR_MS])).toEqual([
      ['A', 1],
      ['B', 3],
    ])
  })
})

describe('limits of a portfolio', () => {
  it('max_drawdown closes every symbol, a closed one at its next open, and lets nothing in again', () => {
    const a = scriptedMarket('A', [100, 100, 40, 40, 40, 40], [1, null, null, null, 1])
    const b = scriptedMarket('B', [50, 50, 51, 52], [1], [0, 1, 4, 5])
    const c = scriptedMarket('C', [1, 1, 1, 1, 1, 1], [null, null, 1, null, 1])
    const limits = { ...NO_RISK_LIMITS, maxDrawdown: 0.15 }
    const { trades, legs } = runPortfolio({ spec: { ...SPEC, limits }, markets: [a, b, c] })
    expect(
      trades.map(({ symbol, exitTime, exitReason }) => [symbol, exitTime / HOUR_MS, exitReason]),
    ).toEqual([
      ['A', 3, 'risk_limit'],
      ['B', 4, 'risk_limit'],
    ])
    expect(legs.every(({ openPosition }) => openPosition === null)).toBe(true)
    expect(legs.reduce((sum, leg) => sum + leg.refusedByRisk, 0)).toBeGreaterThan(0)
  })

  it('max_exposure holds over all symbols: entries are cut, and what drifts above is trimmed alike', () => {
    const limits = { ...NO_RISK_LIMITS, maxExposure: 0.6 }
    const a = scriptedMarket('A', [10, 10, 10, 30, 30, 30], [1])
    const b = scriptedMarket('B', [5, 5, 5, 5, 5, 5], [1])
    const { legs, equity, trades } = runPortfolio({ spec: { ...SPEC, limits }, markets: [b, a] })
    const worth = legs.map(({ openPosition }, k) => openPosition!.quantity * [30, 5][k]!)
    // Both ask for 5,000 and get 3,000; A triples, and of 12,000 in the market 9,600 are left.
    expect(trades).toEqual([])
    expect(worth[0]!).toBeCloseTo(7200, 6)
    expect(worth[1]!).toBeCloseTo(2400, 6)
    expect(worth[0]! + worth[1]!).toBeCloseTo(0.6 * equity[5]!, 6)
  })

  it('max_open_positions counts over all symbols, the first in canonical order coming first', () => {
    const limits = { ...NO_RISK_LIMITS, maxOpenPositions: 2 }
    const flat = (symbol: string) => scriptedMarket(symbol, [1, 1, 1], [1])
    const { legs } = runPortfolio({
      spec: { ...SPEC, limits },
      markets: [flat('C'), flat('B'), flat('A')],
    })
    expect(legs.map(({ symbol, openPosition }) => [symbol, openPosition !== null])).toEqual([
      ['A', true],
      ['B', true],
      ['C', false],
    ])
    expect(legs[2]!.refusedByRisk).toBe(1)
  })

  it('a trim that waits for a closed market keeps its quantity where the weight changes meanwhile', () => {
    const hours = Array.from({ length: 60 }, (_, i) => i)
    const price = (hour: number): number => (hour < 20 ? 10 : 30)
    const a = scriptedMarket(
      'A',
      hours.filter(hour => hour <= 20 || hour >= 50).map(price),
      [1],
      hours.filter(hour => hour <= 20 || hour >= 50),
    )
    const b = scriptedMarket(
      'B',
      hours.map(hour => 10 + (hour % 3)),
      [],
    )
    const limits = { ...NO_RISK_LIMITS, maxExposure: 0.5 }
    const allocation = {
      ...DEFAULT_ALLOCATION,
      method: 'inverse-volatility' as const,
      windowDays: 2,
      rebalance: '1d' as const,
    }
    const { trades, weights, legs } = runPortfolio({
      spec: { ...SPEC, limits, allocation },
      markets: [a, b],
    })
    expect(weights.length).toBe(3)
    expect(trades).toEqual([])
    expect(legs[0]!.openPosition!.quantity * 30).toBeCloseTo(0.5 * 20_000, 4)
  })
})
