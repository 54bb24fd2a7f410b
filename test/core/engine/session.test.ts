import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import { outcomeHash } from '../../outcome-hash.js'
import {
  candleAt,
  candlesFrom,
  cutCandles,
  type Candles,
} from '../../../src/core/candles/candles.js'
import type { RunSpec } from '../../../src/core/engine/spec.js'
import type { TradingEvent } from '../../../src/core/account/events.js'
import type { Trade } from '../../../src/core/account/trade.js'
import type { Snapshot } from '../../../src/core/engine/snapshot.js'
import { Session } from '../../../src/core/engine/session.js'
import { marketArbitrary } from '../../market-generator.js'
import {
  crossRunArbitrary,
  restlessAtCrosses,
  runArbitrary,
  windowedRunArbitrary,
} from '../../run-arbitrary.js'
import { specOf } from '../../run-spec.js'

/** Closes that indicators of the strategies drawn need to be what they are, whatever lies before. */
const SETTLED = 30

/**
 * Steps candle by candle and goes through JSON at each of `stops`, over the whole history before it, or
 * over the last candles of it alone. What the inputs led to is gathered, as a store would.
 */
function stepThrough(
  spec: RunSpec,
  candles: Candles,
  first: number,
  { stops, kept = Infinity }: { stops: ReadonlySet<number>; kept?: number },
) {
  const markets = [{ timeframeMs: candles.timeframeMs, legs: spec.legs }]
  let session = new Session(spec, markets)
  const events: TradingEvent[] = []
  const trades: Trade[] = []
  const equity: number[] = []
  for (let i = 0; i < candles.length; i++) {
    if (i < first) {
      session.warm(candleAt(candles, i))
      continue
    }
    const effects = session.take({ kind: 'candle', market: 0, candle: candleAt(candles, i) })
    events.push(...effects.events)
    trades.push(...effects.trades)
    equity.push(effects.equity)
    if (!stops.has(i)) continue
    const saved = JSON.parse(JSON.stringify(session.save())) as Snapshot
    session = Session.restore(spec, markets, saved, [
      cutCandles(candles, Math.max(0, i + 1 - kept), i + 1),
    ])
  }
  return { engine: session.engine, events, trades, equity }
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
          expect(outcomeHash(quick)).toBe(outcomeHash(runBacktest({ spec: asked, candles, first })))
        },
      ),
      { numRuns: 600 },
    )
    expect(trades, 'the property says something').toBeGreaterThan(600)
  })
})

describe('stepping candle by candle, saved to JSON and restored on the way', () => {
  it('gives the same events, trades and equity as the batch run', () => {
    fc.assert(
      fc.property(
        marketArbitrary(60, 140),
        runArbitrary,
        fc.uniqueArray(fc.nat(139), { maxLength: 12 }),
        fc.nat(30),
        (candles, run, stops, first) => {
          const spec = { ...run, keepOpen: true }
          const events: TradingEvent[] = []
          const batch = runBacktest({ spec, candles, first, sink: event => events.push(event) })
          const stepped = stepThrough(spec, candles, first, { stops: new Set(stops) })
          expect(stepped.equity).toEqual([...batch.equity])
          const byExit = [...stepped.trades]
          expect(byExit.map(trade => trade.pnl).sort((a, b) => a - b)).toEqual(
            batch.trades.map(trade => trade.pnl).sort((a, b) => a - b),
          )
          const { symbol } = spec.legs[0]!.market
          const named = batch.trades.map(trade => ({ ...trade, symbol }))
          if (spec.legs.length === 1) expect(stepped.trades).toEqual(named)
          expect(stepped.events).toEqual(events)
          const unwatched = runBacktest({ spec, candles, first })
          expect(outcomeHash(unwatched), 'unwatched').toBe(outcomeHash(batch))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('goes on over a shorter history as over the whole one, where indicators are functions of their window', () => {
    let trades = 0
    fc.assert(
      fc.property(
        marketArbitrary(80, 160),
        windowedRunArbitrary,
        fc.uniqueArray(fc.integer({ min: SETTLED, max: 159 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: SETTLED, max: 60 }),
        (candles, run, stops, kept) => {
          const spec = { ...run, keepOpen: true }
          const whole = stepThrough(spec, candles, 0, { stops: new Set() })
          const cut = stepThrough(spec, candles, 0, { stops: new Set(stops), kept })
          trades += whole.trades.length
          expect(cut.equity).toEqual(whole.equity)
          expect(cut.trades).toEqual(whole.trades)
          expect(cut.events).toEqual(whole.events)
        },
      ),
      { numRuns: 150 },
    )
    expect(trades, 'the property says something').toBeGreaterThan(300)
  })

  it('refuses a history that does not reach the last candle taken, or is too short', () => {
    const spec = specOf(restlessAtCrosses, { params: { fast: 2, slow: 5, salt: 1, goesShort: 0 } })
    const candles = walk(40)
    const markets = [{ timeframeMs: candles.timeframeMs, legs: spec.legs }]
    const session = new Session(spec, markets)
    for (let i = 0; i < 40; i++) {
      session.take({ kind: 'candle', market: 0, candle: candleAt(candles, i) })
    }
    const saved = session.save()
    const over = (since: number, until: number) => () =>
      Session.restore(spec, markets, saved, [cutCandles(candles, since, until)])
    expect(over(0, 39)).toThrow('does not reach')
    expect(over(37, 40)).toThrow('too short')
    expect(over(30, 40)).not.toThrow()
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

function walk(length: number): Candles {
  return candlesFrom(
    60_000,
    Array.from({ length }, (_, i) => {
      const close = 100 + 5 * Math.sin(i / 3)
      return { time: i * 60_000, open: close, high: close + 1, low: close - 1, close, volume: 10 }
    }),
  )
}
