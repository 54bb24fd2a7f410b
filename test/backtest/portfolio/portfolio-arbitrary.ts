import fc from 'fast-check'
import type {
  MarketInput,
  PortfolioInput,
} from '../../../src/backtest/portfolio/portfolio-backtest.js'
import { candleAt, candlesFrom, type Candles } from '../../../src/core/candles/candles.js'
import type { LegSpec } from '../../../src/core/trading/desk.js'
import type { PortfolioSpec } from '../../../src/backtest/portfolio/portfolio-backtest.js'
import {
  ALLOCATION_METHODS,
  REBALANCES,
  type Allocation,
} from '../../../src/core/engine/allocation/allocation.js'
import { marketArbitrary } from '../../market-generator.js'
import { runArbitrary } from '../../run-arbitrary.js'

/** Candles without those at which `keep` is false, moved by some candles. */
function withHoles(candles: Candles, shift: number, keep: (i: number) => boolean): Candles {
  const list = Array.from({ length: candles.length }, (_, i) => candleAt(candles, i))
    .filter((_, i) => keep(i))
    .map(candle => ({ ...candle, time: candle.time + shift * candles.timeframeMs }))
  return candlesFrom(candles.timeframeMs, list)
}

/** Candles with single holes, perhaps a day without any, and a start of their own. */
const holedMarket: fc.Arbitrary<Candles> = fc
  .record({
    candles: marketArbitrary(80, 160),
    shift: fc.nat(30),
    single: fc.uniqueArray(fc.integer({ min: 1, max: 70 }), { maxLength: 8 }),
    day: fc.option(fc.integer({ min: 10, max: 45 })),
  })
  .map(({ candles, shift, single, day }) =>
    withHoles(
      candles,
      shift,
      i => !single.includes(i) && !(day !== null && i >= day && i < day + 24),
    ),
  )

const allocation: fc.Arbitrary<Allocation> = fc.record({
  method: fc.constantFrom(...ALLOCATION_METHODS),
  rebalance: fc.constantFrom(...REBALANCES),
  targetVolatility: fc.constantFrom(0.2, 2),
  windowDays: fc.constantFrom(2, 4),
  kellyFraction: fc.constantFrom(0.5, 1),
  kellyCap: fc.constantFrom(0.25, 1),
})

/** The leg on a market, with a name that no other leg has. */
function legOn(leg: LegSpec, symbol: string, k: number): LegSpec {
  return {
    ...leg,
    strategy: { ...leg.strategy, name: `${leg.strategy.name}_${k}` },
    market: { ...leg.market, symbol },
  }
}

/** Any portfolio: two or three markets, one to three strategies on each. */
export const portfolioArbitrary: fc.Arbitrary<PortfolioInput> = fc
  .record({
    run: runArbitrary,
    allocation,
    markets: fc.array(fc.record({ candles: holedMarket, legs: runArbitrary, first: fc.nat(20) }), {
      minLength: 2,
      maxLength: 3,
    }),
  })
  .map(({ run, allocation: rule, markets }) => {
    const { legs: _legs, ...whole } = run
    const spec: PortfolioSpec = { ...whole, allocation: rule }
    const count = markets.reduce((sum, { legs }) => sum + legs.legs.length, 0)
    return {
      spec,
      markets: markets.map(({ candles, legs, first }, m): MarketInput => {
        const symbol = `${'ABC'[m]}-USD`
        return {
          candles,
          first,
          legs: legs.legs.map((leg, k) => ({ ...legOn(leg, symbol, k), weight: 0.9 / count })),
        }
      }),
    }
  })
