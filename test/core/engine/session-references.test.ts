import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import { proveStrategy } from '../../../src/backtest/proof/proof.js'
import {
  candleAt,
  candlesFrom,
  cutCandles,
  indexAtOrAfter,
  withReferences,
  type Candles,
} from '../../../src/core/candles/candles.js'
import { syntheticCandles } from '../../../src/core/candles/synthetic.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import { Session, type Input } from '../../../src/core/engine/session.js'
import type { Snapshot } from '../../../src/core/engine/snapshot.js'
import { sma } from '../../../src/core/indicators/averages/average.js'
import { on } from '../../../src/core/indicators/timeframe.js'
import { FLAT, long } from '../../../src/core/strategy/intent.js'
import { defineStrategy } from '../../../src/core/strategy/strategy.js'
import { marketArbitrary } from '../../market-generator.js'
import { specOf } from '../../run-spec.js'

const HALF_MS = HOUR_MS / 2

const MARKET = {
  seed: 3,
  length: 2000,
  start: Date.UTC(2024, 0, 1),
  timeframeMs: HOUR_MS,
  price: 100,
  volatility: 0.008,
  decimals: 4,
}

const follower = defineStrategy({
  name: 'follower',
  description: 'Long while the other market rises',
  params: {},
  templates: {},
  indicators: () => ({
    quick: on({ symbol: 'BTC-USDT', timeframe: '30m' }, sma(1)),
    slow: on({ symbol: 'BTC-USDT', timeframe: '30m' }, sma(2)),
    own: sma(3),
  }),
  decide: ({ indicators: { quick, slow } }) => (quick.at(0) > slow.at(0) ? long(1) : FLAT),
})
const spec = specOf(follower, { keepOpen: true })

/** Candles of half an hour with some left out. */
function halves(source: Candles, missing: ReadonlySet<number>): Candles {
  const list = Array.from({ length: source.length }, (_, i) => candleAt(source, i))
  return candlesFrom(
    HALF_MS,
    list
      .map((candle, i) => ({ ...candle, time: i * HALF_MS }))
      .filter((_, i) => i === 0 || !missing.has(i)),
  )
}

interface Timed {
  readonly at: number
  readonly input: Input
}

/** Both markets by the time at which their candles close; `ownFirst` decides where these are equal. */
function inputsOf(candles: Candles, other: Candles, ownFirst: boolean): Timed[] {
  const own = Array.from({ length: candles.length }, (_, i) => ({
    at: candles.time[i]! + HOUR_MS,
    input: { kind: 'candle', market: 0, candle: candleAt(candles, i) } as const,
  }))
  const others = Array.from({ length: other.length }, (_, i) => ({
    at: other.time[i]! + HALF_MS,
    input: {
      kind: 'reference',
      symbol: 'BTC-USDT',
      timeframeMs: HALF_MS,
      candle: candleAt(other, i),
    } as const,
  }))
  const all: Timed[] = ownFirst ? [...own, ...others] : [...others, ...own]
  return all.sort((a, b) => a.at - b.at)
}

describe('a session whose indicators read another market', () => {
  it('gives the equity of the batch run, whichever candle comes first, saved on the way', () => {
    let trades = 0
    fc.assert(
      fc.property(
        marketArbitrary(20, 50),
        fc.nat(100_000).map(seed => syntheticCandles({ ...MARKET, seed, length: 110 })),
        fc.uniqueArray(fc.nat(109), { maxLength: 20 }),
        fc.boolean(),
        fc.uniqueArray(fc.nat(150), { maxLength: 6 }),
        (own, source, missing, ownFirst, stops) => {
          const other = halves(source, new Set(missing))
          const candles = withReferences(own, [{ symbol: 'BTC-USDT', candles: other }])
          const batch = runBacktest({ spec, candles, first: 0 })
          trades += batch.trades.length
          const markets = [{ timeframeMs: HOUR_MS, legs: spec.legs }]
          let session = new Session(spec, markets)
          const inputs = inputsOf(own, other, ownFirst)
          let [taken, read] = [0, 0]
          inputs.forEach(({ at, input }, k) => {
            session.take(input)
            if (input.kind === 'candle') taken += 1
            else read += 1
            const hasClosed = (inputs[k + 1]?.at ?? Infinity) > at
            // Where the other market has a hole, the clock says that nothing is to come.
            if (hasClosed) session.take({ kind: 'time', time: at })
            if (!stops.includes(k) || session.engine.markets[0]!.at < 0) return
            const saved = JSON.parse(JSON.stringify(session.save())) as Snapshot
            const references = [{ symbol: 'BTC-USDT', candles: cutCandles(other, 0, read) }]
            const history = withReferences(cutCandles(own, 0, taken), references)
            session = Session.restore(spec, markets, saved, [history])
          })
          expect(session.engine.equity).toBe(batch.equity[batch.equity.length - 1])
          expect(session.engine.markets[0]!.at).toBe(own.length - 1)
        },
      ),
      { numRuns: 150 },
    )
    expect(trades, 'the property says something').toBeGreaterThan(200)
  })

  it('waits for what has closed there, and refuses a market that nothing reads', () => {
    const own = syntheticCandles({ ...MARKET, length: 2 })
    const session = new Session(spec, [{ timeframeMs: HOUR_MS, legs: spec.legs }])
    session.take({ kind: 'candle', market: 0, candle: candleAt(own, 0) })
    expect(session.engine.markets[0]!.at).toBe(-1)
    const half = { ...candleAt(own, 0), time: own.time[0]! }
    const reference = { kind: 'reference', symbol: 'BTC-USDT', timeframeMs: HALF_MS } as const
    session.take({ ...reference, candle: half })
    expect(session.engine.markets[0]!.at, 'the second half is to come').toBe(-1)
    session.take({ ...reference, candle: { ...half, time: half.time + HALF_MS } })
    expect(session.engine.markets[0]!.at).toBe(0)
    expect(() => session.take({ ...reference, symbol: 'ETH-USDT', candle: half })).toThrow(
      /no indicator reads ETH-USDT/,
    )
  })
})

it('a strategy that reads another market passes the proof, holes there and all', () => {
  const whole = syntheticCandles({ ...MARKET, seed: 4, length: 4000, timeframeMs: HALF_MS })
  const since = indexAtOrAfter(whole, MARKET.start + 300 * HOUR_MS)
  const other = candlesFrom(
    HALF_MS,
    Array.from({ length: whole.length }, (_, i) => candleAt(whole, i)).filter(
      (_, i) => i < since || i > since + 40,
    ),
  )
  const candles = withReferences(syntheticCandles(MARKET), [{ symbol: 'BTC-USDT', candles: other }])
  const options = { samples: 10, seed: 1, lookahead: true, warmUp: true }
  const proof = proveStrategy({ spec, candles, first: 0 }, options)
  expect(proof.lookahead?.violations).toEqual([])
  expect(proof.warmUp?.violations).toEqual([])
  expect(proof.determinism.violations).toEqual([])
})
