import { expect, it } from 'vitest'
import { PendingOrder } from '../../../../src/core/trading/orders/order.js'

it('is of a kind, asks for a number, and has a reason', () => {
  const order = new PendingOrder()
  expect(() => order.aim(NaN, {}, null)).toThrow('a target is no number')
  expect(() => order.trim(-1, 0)).toThrow('a trim keeps no quantity')
  expect(() => order.trim(NaN, 0)).toThrow('a trim keeps no quantity')
  expect(() => order.leave(-1)).toThrow('an order has no reason')
  expect(() => order.leave(99)).toThrow('an order has no reason')
  expect(order.kind, 'nothing was ordered').toBe('none')
})

it('is restored only as an order', () => {
  const order = new PendingOrder()
  order.aim(0.5, {}, 'tag')
  const saved = order.save()
  const other = new PendingOrder()
  other.restore(saved)
  expect(other).toEqual(order)
  expect(() => other.restore({ ...saved, kind: 'buy' as 'exit' })).toThrow('of no kind')
  expect(() => other.restore({ ...saved, target: NaN })).toThrow('has no target')
  expect(() => other.restore({ ...saved, reason: 1.5 })).toThrow('has no reason')
})
