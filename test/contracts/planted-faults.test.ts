import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run/replay/backtest.js'
import type { TradingEvent } from '../../src/core/account/events.js'
import { cutCandles, type Candles } from '../../src/core/candles/candles.js'
import { defineStrategy, FLAT, long, sma, type Indicator } from '../../src/core/index.js'
import type { AnyStrategy } from '../../src/core/strategy/strategy.js'
import { candlesOfMoves } from '../market-generator.js'
import { specOf } from '../run-spec.js'

const market = candlesOfMoves(
  Array.from({ length: 200 }, (_, i) => ({
    gap: 0,
    up: 0.01 + (i % 7) / 400,
    down: 0.01 + (i % 5) / 300,
    close: ((i * 37) % 100) / 100,
    volume: 1,
  })),
)

function words(strategy: AnyStrategy, candles: Candles): TradingEvent[] {
  const events: TradingEvent[] = []
  runBacktest({
    spec: specOf(strategy, { keepOpen: true }),
    candles,
    first: 0,
    sink: event => events.push(event),
  })
  return events
}

const simple = (
  name: string,
  indicator: Indicator,
  decide: () => boolean | undefined,
): AnyStrategy =>
  defineStrategy({
    name,
    description: 'A strategy with a planted fault',
    params: {},
    templates: {},
    indicators: () => ({ line: indicator }),
    initial: () => ({}),
    decide: ({ candle, indicators: { line } }) =>
      (decide() ?? candle.close.at(0) > line.at(0)) ? long(1) : FLAT,
  })

describe('the contract’s checks see planted faults', () => {
  it('an average that reads one candle ahead says something else once the future is cut off', () => {
    const peeking: Indicator = {
      key: 'peeking',
      warmup: 0,
      start: () => ({ next: (candles, i) => candles.close[Math.min(i + 1, candles.length - 1)]! }),
    }
    const cheat = simple('peeking', peeking, () => undefined)
    const whole = words(cheat, market)
    const differs = [100, 117, 134].some(length => {
      const part = words(cheat, cutCandles(market, 0, length))
      return JSON.stringify(part) !== JSON.stringify(whole.slice(0, part.length))
    })
    expect(differs).toBe(true)
  })

  it('state in a module variable does not say the same twice', () => {
    let calls = 0
    const hidden = simple('hidden_state', sma(3), () => calls++ % 13 === 0)
    expect(words(hidden, market)).not.toEqual(words(hidden, market))
  })

  it('a view has no index for the future', () => {
    const cheat = defineStrategy({
      name: 'from_the_future',
      description: 'Asks for the next close',
      params: {},
      templates: {},
      indicators: () => ({}),
      initial: () => ({}),
      decide: ({ candle }) => (candle.close.at(-1) > candle.close.at(0) ? long(1) : FLAT),
    })
    expect(() => words(cheat, market)).toThrow(/asks for the future/)
  })

  it('an exposure that is not a number stops the run and names the candle', () => {
    const broken = defineStrategy({
      name: 'divides_by_zero',
      description: 'Sizes by nothing',
      params: {},
      templates: {},
      indicators: () => ({}),
      initial: () => ({}),
      decide: () => long(0 / 0),
    })
    expect(() => words(broken, market)).toThrow(
      /divides_by_zero asked for exposure NaN at the candle of 1970-01-01T00:00:00Z/,
    )
  })
})
