import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import { HOLD, long, orders, type Intent } from '../../../src/core/strategy/intent.js'
import { defineStrategy, type AnyStrategy } from '../../../src/core/strategy/strategy.js'
import { rows } from '../../market-generator.js'
import { FREE, specOf } from '../../run-spec.js'

type Moment = Parameters<AnyStrategy['decide']>[0]

/** What a strategy is shown at each close, while it says what a script says. */
function shown<T>(
  script: readonly (Intent | undefined)[],
  candles: ReturnType<typeof rows>,
  look: (now: Moment) => T,
): T[] {
  const seen: T[] = []
  const strategy = defineStrategy({
    name: 'looking',
    description: 'Writes down what it is shown',
    params: {},
    indicators: () => ({}),
    initial: () => ({ i: 0 }),
    decide(now, state): Intent {
      seen.push(look(now))
      return script[state.i++] ?? HOLD
    },
  })
  runBacktest({ spec: specOf(strategy, { costs: FREE }), candles, first: 0 })
  return seen
}

const flat = (price: number) => [price, price, price, price] as const

describe('a moment', () => {
  it('tells the best price since the entry as the trailing stop counts it, 0 while flat', () => {
    const best = shown(
      [long(1)],
      rows(flat(100), [100, 104, 99, 101], [101, 103, 100, 102], [102, 110, 101, 105]),
      now => now.bestSince,
    )
    expect(best).toEqual([0, 104, 104, 110])
  })

  it('tells the equity of the account at the close', () => {
    const equity = shown([long(0.5)], rows(flat(100), flat(100), flat(120)), now => now.equity)
    expect(equity).toEqual([10_000, 10_000, 11_000])
  })

  it('lists its own resting orders, and what is left of them, with their age', () => {
    const quotes = orders([
      { side: 'buy', kind: 'limit', price: 90, quantity: 2, tag: 'bid', goodFor: 2 },
      { side: 'buy', kind: 'stop', price: 120, share: 0.1 },
    ])
    const listed = shown([quotes], rows(...Array.from({ length: 4 }, () => flat(100))), now =>
      now.orders.map(({ side, kind, price, remaining, tag, group, age }) => [
        side,
        kind,
        price,
        Number(remaining.toFixed(6)),
        tag,
        group,
        age,
      ]),
    )
    expect(listed[0]).toEqual([])
    expect(listed[1]).toEqual([
      ['buy', 'limit', 90, 2, 'bid', null, 1],
      ['buy', 'stop', 120, 8.333333, null, null, 1],
    ])
    expect(listed[2]).toEqual([['buy', 'stop', 120, 8.333333, null, null, 2]])
  })

  it('gives orders back as they were asked for, so that they can be kept beside new ones', () => {
    const first = { side: 'buy', kind: 'limit', price: 90, quantity: 2 } as const
    const seen = shown([orders([first])], rows(flat(100), flat(100)), now =>
      now.orders.map(({ request }) => request),
    )
    expect(seen[1]).toEqual([first])
  })

  it('makes no list where nothing rests', () => {
    const lists = shown([], rows(flat(100), flat(100)), now => now.orders)
    expect(lists[0]).toBe(lists[1])
  })
})
