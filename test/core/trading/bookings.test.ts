import { expect, it } from 'vitest'
import { Session } from '../../../src/core/engine/session.js'
import type { Leg } from '../../../src/core/trading/leg.js'
import { candleAt } from '../../../src/core/candles/candles.js'
import { rows } from '../../market-generator.js'
import { FREE, scripted, specOf } from '../../run-spec.js'

const flat = [100, 100, 100, 100] as const

/** A leg that holds 50 at 100, of 10,000. */
function holding(): Leg {
  const candles = rows(flat, flat)
  const session = Session.on(specOf(scripted([0.5]), { costs: FREE }), candles.timeframeMs)
  for (let i = 0; i < 2; i++) {
    session.take({ kind: 'candle', market: 0, candle: candleAt(candles, i) })
  }
  return session.engine.legs[0]!
}

it('books no fill whose costs are not numbers', () => {
  const leg = holding()
  leg.bookings.report({ fee: NaN, txCost: 0, time: 1 })
  expect(() => leg.reduceAtMarket(10, 0, null)).toThrow('a fill has no cost')
  const other = holding()
  Object.assign(other.ticket, { side: -1, size: 10, price: 100, reference: NaN })
  expect(() => other.bookings.exit(other.ticket)).toThrow('a fill has no reference')
})

it('books no entry beyond the cash, and no exit that goes with the position', () => {
  const leg = holding()
  const { ticket, bookings, desk } = leg
  Object.assign(ticket, { side: 1, size: 60, price: 100, reference: 100 })
  expect(() => bookings.enter(desk.guard.approve(ticket), {})).toThrow('more than the cash')
  expect(() => bookings.exit(ticket)).toThrow('an exit goes with the position')
})

it('settles no resting order by more than is left of it', () => {
  const { fills } = holding().resting
  const settle = Reflect.get(fills, 'settle') as (order: object, filled: number) => void
  const filling = (filled: number) => () => settle.call(fills, { remaining: 2 }, filled)
  expect(filling(3)).toThrow('an order fills more than is left of it')
  expect(filling(NaN)).toThrow('an order fills nothing')
})

it('protects nothing at no price', () => {
  const { protection, position, spec } = holding()
  expect(() => protection.begin({ ...spec.risk, stopLoss: NaN }, {})).toThrow(
    'a stop is at no price',
  )
  expect(() => protection.begin({ ...spec.risk, takeProfit: NaN }, {})).toThrow(
    'a target is at no price',
  )
  position.basePrice = NaN
  expect(() => protection.begin({ ...spec.risk, stopLoss: 0.1 }, {})).toThrow(
    'a stop is at no price',
  )
})
