import { expect, it } from 'vitest'
import { Fill } from '../../../src/core/account/fill.js'
import { Position } from '../../../src/core/account/position.js'
import { TradeLog } from '../../../src/core/account/trade-log.js'

function fill(terms: Partial<Fill>): Fill {
  return Object.assign(new Fill(), { side: 1, size: 2, price: 100, index: 5 }, terms)
}

function left(terms: Partial<Fill> = {}): readonly [Position, Fill] {
  const position = new Position()
  position.open(fill({}))
  const exit = fill({ side: -1, price: 110, index: 7, ...terms })
  position.reduce(exit, 1e-9)
  return [position, exit]
}

it('takes a trade whose position is flat, and whose profit is a number', () => {
  const log = new TradeLog()
  const [position, exit] = left()
  log.close(0, position, exit)
  expect(log.profit()).toBe(20)
  expect(() => log.close(0, ...left({ size: 1 }))).toThrow('while something is held')
  expect(() => log.close(0, ...left({ index: 4 }))).toThrow('left before it was entered')
  position.fees = NaN
  expect(() => log.close(0, position, exit)).toThrow('the profit of a trade')
})
