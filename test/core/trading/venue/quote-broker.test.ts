import { expect, it } from 'vitest'
import { QuoteBroker } from '../../../../src/core/trading/venue/quote-broker.js'
import { brokerContract } from '../../../contracts/broker.js'
import { FREE } from '../../../run-spec.js'

brokerContract('the quote broker', () => {
  const broker = new QuoteBroker(FREE)
  let time = 0
  return {
    broker,
    trade: price =>
      broker.quote({ kind: 'quote', market: 0, bid: price, ask: price, time: ++time }),
  }
})

it('pays the ask, gets the bid, each worse by slippage, and charges fee and transaction', () => {
  const broker = new QuoteBroker({ ...FREE, fee: 0.01, slippage: 0.1, txCost: 2 })
  const place = (id: string, side: 'buy' | 'sell'): void =>
    broker.submit({ id, market: 0, side, size: 3 } as Parameters<QuoteBroker['submit']>[0])
  place('a', 'buy')
  place('b', 'sell')
  broker.answers()
  broker.quote({ kind: 'quote', market: 0, bid: 90, ask: 110, time: 7 })
  expect(broker.answers()).toEqual([
    { kind: 'fill', order: 'b', size: 3, price: 81, fee: 0.01 * 81 * 3, txCost: 2, time: 7 },
    {
      kind: 'fill',
      order: 'a',
      size: 3,
      price: 110 * 1.1,
      fee: 0.01 * (110 * 1.1) * 3,
      txCost: 2,
      time: 7,
    },
  ])
})
