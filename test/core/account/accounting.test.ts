import { DEFAULT_COSTS } from '../../../src/core/account/costs.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import { ColumnFolds } from '../../../src/core/engine/columns.js'
import { Engine } from '../../../src/core/engine/engine.js'
import type { TradeExecutedEvent } from '../../../src/core/account/events.js'
import { marketArbitrary } from '../../market-generator.js'
import { runArbitrary } from '../../run-arbitrary.js'

const closeTo = (a: number, b: number, scale: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(scale))

describe('accounting', () => {
  it('conserves cash and quantity at every candle: fills alone explain both', () => {
    fc.assert(
      fc.property(marketArbitrary(), runArbitrary, (candles, spec) => {
        const folds = new ColumnFolds(spec.legs, candles)
        folds.advance(candles.length)
        const { columns, complete: decideFrom } = folds
        const fills: TradeExecutedEvent[] = []
        const sink = (event: { type: string }): void => {
          if (event.type === 'trade.executed') fills.push(event as TradeExecutedEvent)
        }
        const place = { candles, detail: null, first: 0, decideFrom }
        const market = { ...place, legs: spec.legs, columns }
        const engine = new Engine(spec, [market], { sink })
        for (let i = 0; i < candles.length; i++) {
          engine.step(candles.time[i]!)
          let [cash, quantity] = [spec.capital, 0]
          for (const fill of fills) {
            const sign = (fill.action === 'entry') === (fill.side === 'long') ? 1 : -1
            cash -= sign * fill.price * fill.size + fill.fee + fill.txCost
            quantity += sign * fill.size
          }
          const held = engine.legs.reduce((sum, leg) => sum + leg.position.quantity, 0)
          expect(closeTo(cash, engine.account.cash, spec.capital)).toBe(true)
          expect(closeTo(quantity, held, quantity)).toBe(true)
          expect(
            closeTo(
              engine.curve.values[i]!,
              cash + quantity * candles.close[i]!,
              engine.curve.values[i]!,
            ),
          ).toBe(true)
        }
      }),
      { numRuns: 80 },
    )
  })

  it('final equity is the capital and the trades’ profit, to the cent and beyond', () => {
    fc.assert(
      fc.property(marketArbitrary(), runArbitrary, (candles, spec) => {
        const { metrics, trades } = runBacktest({
          spec: { ...spec, keepOpen: false },
          candles,
          first: 0,
        })
        const profit = trades.reduce((sum, trade) => sum + trade.pnl, 0)
        expect(closeTo(metrics.finalEquity, spec.capital + profit, spec.capital)).toBe(true)
        const fees = trades.reduce((sum, trade) => sum + trade.fees, 0)
        expect(closeTo(metrics.feesPaid, fees, fees)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('a long-only account never spends money it does not have', () => {
    fc.assert(
      fc.property(marketArbitrary(), runArbitrary, (candles, run) => {
        const spec = {
          ...run,
          legs: run.legs.map(leg => ({ ...leg, market: { ...leg.market, shortable: false } })),
        }
        const folds = new ColumnFolds(spec.legs, candles)
        folds.advance(candles.length)
        const { columns, complete: decideFrom } = folds
        const place = { candles, detail: null, first: 0, decideFrom }
        const engine = new Engine(spec, [{ ...place, legs: spec.legs, columns }])
        for (let i = 0; i < candles.length; i++) {
          engine.step(candles.time[i]!)
          // An exit may owe its fixed cost on a worthless position, nothing else.
          const exits = engine.trades.length * spec.costs.txCost
          expect(engine.account.cash).toBeGreaterThanOrEqual(-1e-9 * spec.capital - exits)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('every fill lies in the range of its candle before slippage, and no exit is before its entry', () => {
    fc.assert(
      fc.property(marketArbitrary(), runArbitrary, (candles, run) => {
        const spec = {
          ...run,
          costs: { ...DEFAULT_COSTS, fee: 0.001, makerFee: 0.001, slippage: 0, txCost: 0 },
        }
        const { trades } = runBacktest({ spec, candles, first: 0 })
        for (const trade of trades) {
          expect(trade.exitTime).toBeGreaterThanOrEqual(trade.entryTime)
          for (const { time, price, reason } of trade.fills) {
            const i = time / candles.timeframeMs
            const [open, high, low] = [candles.open[i]!, candles.high[i]!, candles.low[i]!]
            expect(price, reason).toBeLessThanOrEqual(Math.max(open, high) * (1 + 1e-12))
            expect(price, reason).toBeGreaterThanOrEqual(Math.min(open, low) * (1 - 1e-12))
          }
        }
      }),
      { numRuns: 100 },
    )
  })
})
