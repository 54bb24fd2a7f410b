import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../../src/backtest/run/replay/backtest.js'
import { HOLD, orders, type Intent } from '../../../../src/core/strategy/intent.js'
import { defineStrategy } from '../../../../src/core/strategy/strategy.js'
import { rows } from '../../../market-generator.js'
import { specOf } from '../../../run-spec.js'

const flat = (price: number) => [price, price, price, price] as const
const bid = (price: number, more = {}) =>
  ({ side: 'buy', kind: 'limit', price, quantity: 1, ...more }) as const

const SCRIPT: readonly Intent[] = [
  orders([bid(90), bid(95, { goodFor: 2 }), bid(99)]),
  HOLD,
  HOLD,
  orders([bid(90), bid(80)]),
]
const strategy = defineStrategy({
  name: 'quoting',
  description: 'Says what a script says',
  params: {},
  indicators: () => ({}),
  initial: () => ({ i: 0 }),
  decide: (_now, state): Intent => SCRIPT[state.i++] ?? HOLD,
})
const candles = rows(flat(100), flat(100), [100, 100, 98, 100], flat(100), flat(100), flat(100))

describe('the log of orders', () => {
  it('has a line from the first to the last candle that an order rested in', () => {
    const { orderLog } = runBacktest({
      spec: specOf(strategy),
      candles,
      first: 0,
      logsOrders: true,
    })
    expect(orderLog!.lines(candles.length)).toEqual([
      { side: 1, price: 90, from: 1, to: 5 },
      { side: 1, price: 95, from: 1, to: 2 },
      { side: 1, price: 99, from: 1, to: 2 },
      { side: 1, price: 80, from: 4, to: 5 },
    ])
  })

  it('is not kept where nobody asks for it', () => {
    expect(runBacktest({ spec: specOf(strategy), candles, first: 0 }).orderLog).toBeNull()
  })
})
