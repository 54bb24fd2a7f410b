import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run/replay/backtest.js'
import { candleAt, cutCandles, type Candles } from '../../src/core/candles/candles.js'
import type { TradingEvent } from '../../src/core/account/events.js'
import type { ParamValue } from '../../src/core/strategy/params.js'
import { Session } from '../../src/core/engine/session.js'
import type { AnyStrategy } from '../../src/core/strategy/strategy.js'
import { marketArbitrary } from '../market-generator.js'
import { paramsArbitrary } from '../run-arbitrary.js'
import { specOf } from '../run-spec.js'

type Params = Record<string, ParamValue>

/** Every word of the strategy over these candles, as signals and fills. */
function wordsOf(strategy: AnyStrategy, params: Params, candles: Candles): TradingEvent[] {
  const events: TradingEvent[] = []
  const spec = specOf(strategy, { params: params as Record<string, number>, keepOpen: true })
  runBacktest({ spec, candles, first: 0, sink: event => events.push(event) })
  return events
}

/**
 * What every strategy must keep. Parameters are drawn from the declared ranges, not from the
 * templates: faults that hide at usual values show at others.
 */
export function strategyContract(strategy: AnyStrategy): void {
  const holds = (property: (candles: Candles, params: Params) => void): void => {
    fc.assert(fc.property(marketArbitrary(120, 200), paramsArbitrary(strategy), property), {
      numRuns: 30,
      endOnFailure: true,
    })
  }

  describe(`${strategy.name} keeps the strategy contract`, () => {
    it('is named in snake_case, described, and has two templates that check out', () => {
      expect(strategy.name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/)
      expect(strategy.description.length).toBeGreaterThan(10)
      const templates = Object.values(strategy.templates as Record<string, Params>)
      expect(templates.length).toBeGreaterThanOrEqual(2)
    })

    it('acts at all, so the checks below mean something', () => {
      let words = 0
      holds((candles, params) => {
        words += wordsOf(strategy, params, candles).length
      })
      expect(words).toBeGreaterThan(0)
    })

    it('says the same twice', () => {
      holds((candles, params) => {
        expect(wordsOf(strategy, params, candles)).toEqual(wordsOf(strategy, params, candles))
      })
    })

    it('does not see the future', () => {
      holds((candles, params) => {
        const whole = wordsOf(strategy, params, candles)
        for (let length = 70; length < candles.length; length += 17) {
          const part = wordsOf(strategy, params, cutCandles(candles, 0, length))
          expect(part).toEqual(whole.slice(0, part.length))
          const next = whole[part.length]
          if (next) expect(next.time).toBeGreaterThanOrEqual(candles.time[length - 1]!)
        }
      })
    })

    it('does the same whether it is asked at every candle or where it says it speaks', () => {
      const { actsOnCross: _everywhere, ...asked } = strategy
      holds((candles, params) => {
        const result = (subject: AnyStrategy): unknown => {
          const risk = { stopLoss: 0.02, trailingStop: 0.03, takeProfit: 0.06, timeStop: 9 }
          const given = { params: params as Record<string, number>, risk: { ...risk, cooldown: 2 } }
          const run = runBacktest({ spec: specOf(subject, given), candles, first: 0 })
          return [run.trades, run.equity, run.metrics]
        }
        expect(result(strategy)).toEqual(result(asked))
      })
    })

    it('goes on from JSON after a stop at any candle', () => {
      holds((candles, params) => {
        const spec = specOf(strategy, { params: params as Record<string, number>, keepOpen: true })
        const whole = wordsOf(strategy, params, candles)
        const words: TradingEvent[] = []
        let session = Session.on(spec, candles.timeframeMs)
        for (let i = 0; i < candles.length; i++) {
          words.push(
            ...session.take({ kind: 'candle', market: 0, candle: candleAt(candles, i) }).events,
          )
          if (i % 13 !== 5) continue
          const saved = JSON.parse(JSON.stringify(session.save()))
          session = Session.restore(
            spec,
            [{ timeframeMs: candles.timeframeMs, legs: spec.legs }],
            saved,
            [cutCandles(candles, 0, i + 1)],
          )
        }
        expect(words).toEqual(whole)
      })
    })
  })
}
