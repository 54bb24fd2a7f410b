import { describe, expect, it } from 'vitest'
import { OrderBook } from '../../../../src/core/trading/orders/order-book.js'
import { RestingOrder } from '../../../../src/core/trading/orders/resting-order.js'
import { restoreOrder, saveOrder } from '../../../../src/core/trading/orders/saved-orders.js'

function resting(): RestingOrder {
  const order = new RestingOrder()
  order.place({ side: 'buy', kind: 'limit', price: 90, quantity: 2 }, 1, 4)
  order.price = 90
  order.remaining = 2
  return order
}

describe('a resting order', () => {
  it('moves as the table of states lets it', () => {
    const order = resting()
    order.move('filled')
    expect(() => order.move('open')).toThrow('an order cannot go from filled to open')
  })

  it('leaves no book but its own', () => {
    const book = new OrderBook({ onEnd: () => undefined })
    expect(() => book.remove(resting(), false)).toThrow('a book that does not hold it')
    const order = resting()
    book.restore([order], [])
    book.remove(order, false)
    expect(book.resting).toEqual([])
  })

  it.each([
    ['has ended', { state: 'filled' as const }, 'has ended'],
    ['has nothing left', { remaining: 0 }, 'nothing is left'],
    ['has no number left', { remaining: NaN }, 'nothing is left'],
    ['has no price', { price: NaN }, 'has no price'],
    ['lies in the future', { age: -1 }, 'in the future'],
  ])('is not restored where it %s', (_, wrong, message) => {
    const saved = saveOrder(resting(), 6)
    expect(restoreOrder(saved, 6)).toEqual(resting())
    expect(() => restoreOrder({ ...saved, ...wrong }, 6)).toThrow(message)
  })
})
