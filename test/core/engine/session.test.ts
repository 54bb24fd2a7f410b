import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/backtest.js'
import { resultHash } from '../../../src/backtest/run/result-hash.js'
import { candleAt, cutCandles, type Candles } from '../../../src/core/candles/candles.js'
import type { RunSpec } from '../../../src/core/engine/engine.js'
import type { TradingEvent } from '../../../src/core/account/events.js'
import { measure } from '../../../src/core/metrics/metrics.js'
import { Session } from '../../../src/core/engine/session.js'
import { marketArbitrary } from '../../market-generator.js'
import { crossRunArbitrary, runArbitrary } from '../../run-arbitrary.js'

/** Steps candle by candle, goes through JSON at each of `stops`, and ends like a batch run. */
function stepThrough(spec: RunSpec, candles: Candles, first: number, stops: ReadonlySet<number>) {
  let session = new Session(spec, candles.timeframeMs)
  const events: TradingEvent[] = []
  for (let i = 0; i < candles.length; i++) {
    if (i < first) session.warm(candleAt(candles, i))
    else events.push(...session.onCandle(candleAt(candles, i)).events)
    if (!stops.has(i) || i < first) continue
    const saved = JSON.parse(JSON.stringify(session.save()))
    session = Session.restore(spec, saved, cutCandles(candles, 0, i + 1))
  }
  session.engine.finish(spec.keepOpen)
  return { engine: session.engine, events }
}

describe('asking a strategy only where it says that it speaks', () => {
  it('gives the hash of asking it at every candle', () => {
    let trades = 0
    fc.assert(
      fc.property(
        marketArbitrary(40, 200),
        crossRunArbitrary,
        fc.nat(30),
        (candles, spec, first) => {
          const [leg] = spec.legs
          const { actsOnCross: _everywhere, ...strategy } = leg!.strategy
          const asked = { ...spec, legs: [{ ...leg!, strategy }] }
          const quick = runBacktest({ spec, candles, first })
          trades += quick.trades.length
          expect(resultHash(quick)).toBe(resultHash(runBacktest({ spec: asked, candles, first })))
        },
      ),
      { numRuns: 600 },
    )
    expect(trades, 'the property says something').toBeGreaterThan(800)
  })
})

describe('stepping candle by candle, saved to JSON and restored on the way', () => {
  it('gives the same intents, trades and hash as the batch run', () => {
    fc.assert(
      fc.property(
        marketArbitrary(60, 140),
        runArbitrary,
        fc.uniqueArray(fc.nat(139), { maxLength: 12 }),
        fc.nat(30),
        (candles, spec, stops, first) => {
          const events: TradingEvent[] = []
          const batch = runBacktest({ spec, candles, first, sink: event => events.push(event) })
          const stepped = stepThrough(spec, candles, first, new Set(stops))
          const { engine } = stepped
          const trades = engine.trades.list(spec.legs.map(leg => leg.strategy.name))
          const equity = engine.curve.view().slice()
          const metrics = measure({
            capital: spec.capital,
            timeframeMs: candles.timeframeMs,
            time: batch.time,
            equity,
            firstOpen: candles.open[first]!,
            lastClose: candles.close[candles.length - 1]!,
            trades: engine.trades,
            candlesInMarket: engine.curve.candlesInMarket,
            notional: engine.account.notional,
            feesPaid: engine.account.feesPaid,
            txCostsPaid: engine.account.txCostsPaid,
            slippagePaid: engine.account.slippagePaid,
          })
          expect(trades).toEqual(batch.trades)
          const hash = resultHash({ equity, metrics, tradeRows: engine.trades.figures() })
          expect(hash).toBe(resultHash(batch))
          expect(resultHash(runBacktest({ spec, candles, first })), 'unwatched').toBe(hash)
          const atEnd = events.length - stepped.events.length
          expect(stepped.events, 'the batch has only the closing events more').toEqual(
            events.slice(0, events.length - atEnd),
          )
          expect(atEnd).toBeLessThanOrEqual(spec.legs.length * 2)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('runs that trade are among those drawn, so the property says something', () => {
    let trades = 0
    fc.assert(
      fc.property(marketArbitrary(60, 140), runArbitrary, (candles, spec) => {
        trades += runBacktest({ spec, candles, first: 0 }).trades.length
      }),
      { numRuns: 60 },
    )
    expect(trades).toBeGreaterThan(100)
  })
})
