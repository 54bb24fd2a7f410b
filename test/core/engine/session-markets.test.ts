import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  inCanonicalOrder,
  runPortfolio,
  type MarketInput,
  type PortfolioInput,
} from '../../../src/backtest/portfolio/portfolio-backtest.js'
import type { TradingEvent } from '../../../src/core/account/events.js'
import { candleAt, cutCandles } from '../../../src/core/candles/candles.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import { Session, type Input } from '../../../src/core/engine/session.js'
import type { Snapshot } from '../../../src/core/engine/snapshot.js'
import { portfolioArbitrary } from '../../backtest/portfolio/portfolio-arbitrary.js'
import { rows } from '../../market-generator.js'
import { scripted, specOf } from '../../run-spec.js'

/** All that enters a session over these markets, in order, each time ended by the clock. */
function inputsOf(markets: readonly MarketInput[], isTurned: boolean): Input[] {
  const told = markets.flatMap(({ candles, first }, market) =>
    Array.from({ length: candles.length - first }, (_, k) => ({
      kind: 'candle' as const,
      market,
      candle: candleAt(candles, first + k),
    })),
  )
  const turn = isTurned ? -1 : 1
  told.sort((a, b) => a.candle.time - b.candle.time || turn * (a.market - b.market))
  const lengthMs = markets[0]!.candles.timeframeMs
  return told.flatMap((input, k): Input[] => {
    const { time } = input.candle
    const isLast = told[k + 1]?.candle.time !== time
    return isLast ? [input, { kind: 'time', time: time + lengthMs }] : [input]
  })
}

/** Takes all inputs, and goes through JSON after each of `stops`. */
function stepThrough(
  { spec, markets }: PortfolioInput,
  stops: ReadonlySet<number>,
  isTurned: boolean,
) {
  const ready = inCanonicalOrder(markets)
  const places = ready.map(({ candles, legs, decideFrom }) => ({
    timeframeMs: candles.timeframeMs,
    legs,
    ...(decideFrom !== undefined && { decideFrom: candles.time[decideFrom]! }),
  }))
  let session = new Session(spec, places)
  ready.forEach(({ candles, first }, m) => {
    for (let i = 0; i < first; i++) session.warm(candleAt(candles, i), m)
  })
  const seen = ready.map(({ first }) => first)
  const events: TradingEvent[] = []
  const equity: number[] = []
  const trades: string[] = []
  inputsOf(ready, isTurned).forEach((input, k) => {
    const effects = session.take(input)
    events.push(...effects.events)
    trades.push(
      ...effects.trades.map(({ symbol, strategy, pnl }) => `${symbol} ${strategy} ${pnl}`),
    )
    if (input.kind === 'candle') seen[input.market]! += 1
    if (input.kind === 'time') equity.push(effects.equity)
    if (!stops.has(k)) return
    const saved = JSON.parse(JSON.stringify(session.save())) as Snapshot
    const history = ready.map(({ candles }, m) => cutCandles(candles, 0, seen[m]!))
    session = Session.restore(spec, places, saved, history)
  })
  return { events, equity, trades }
}

describe('a session over several markets', () => {
  it('gives the events, equity and trades of the portfolio, whichever market tells first, stopped and restored on the way', () => {
    let trades = 0
    fc.assert(
      fc.property(
        portfolioArbitrary,
        fc.uniqueArray(fc.nat(400), { maxLength: 8 }),
        fc.boolean(),
        ({ spec: given, markets }, stops, isTurned) => {
          const spec = { ...given, keepOpen: true }
          const events: TradingEvent[] = []
          const whole = runPortfolio({ spec, markets, sink: event => events.push(event) })
          const stepped = stepThrough({ spec, markets }, new Set(stops), isTurned)
          expect(stepped.equity).toEqual([...whole.equity])
          expect(stepped.events).toEqual(events)
          expect([...stepped.trades].sort()).toEqual(
            whole.trades.map(({ symbol, strategy, pnl }) => `${symbol} ${strategy} ${pnl}`).sort(),
          )
          trades += whole.trades.length
        },
      ),
      { numRuns: 120 },
    )
    expect(trades, 'the property says something').toBeGreaterThan(400)
  })

  it('lets one leg enter nothing while others do, through a save and a restart, until it may again', () => {
    const places = ['A-USD', 'B-USD'].map((symbol, m) => ({
      timeframeMs: HOUR_MS,
      legs: specOf(scripted([1, 0, 1, 0, 1, 0], `script_${m}`), { market: { symbol } }).legs,
    }))
    const { legs: _legs, ...spec } = specOf(scripted([]), {})
    const flat = rows(...Array.from({ length: 8 }, () => [10, 10, 10, 10] as const))
    let session = new Session(spec, places)
    const opened: string[] = []
    const take = (i: number): void => {
      for (const market of [0, 1]) {
        const { events } = session.take({ kind: 'candle', market, candle: candleAt(flat, i) })
        for (const event of events) {
          const isEntry = event.type === 'trade.executed' && event.action === 'entry'
          if (isEntry) opened.push(`${event.symbol} ${i}`)
        }
      }
    }
    const order = (name: 'pause' | 'resume', leg?: readonly number[]): void =>
      void session.take({ kind: 'command', command: { name, ...(leg && { leg }) } })
    order('pause', [1])
    take(0)
    take(1)
    const saved = JSON.parse(JSON.stringify(session.save())) as Snapshot
    const seen = cutCandles(flat, 0, 2)
    session = Session.restore(spec, places, saved, [seen, seen])
    take(2)
    // Who pauses and resumes the whole session changes nothing for the leg.
    order('pause')
    order('resume')
    take(3)
    order('resume', [1])
    for (const i of [4, 5]) take(i)
    expect(opened).toEqual(['A-USD 1', 'A-USD 3', 'A-USD 5', 'B-USD 5'])
  })
})
