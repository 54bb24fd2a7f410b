import { describe, expect, it } from 'vitest'
import type { Broker, VenueAnswer } from '../../src/core/trading/venue/broker.js'
import type { Approved } from '../../src/core/risk/guard.js'
import type { VenueOrder } from '../../src/core/trading/venue/venue-order.js'

/** A broker under test, and how its market is made to trade. */
export interface BrokerSubject {
  readonly broker: Broker
  /** Lets the market trade at this price until everything that can fill has filled. */
  readonly trade: (price: number) => void
}

const order = (id: string, side: 'buy' | 'sell', size: number): Approved<VenueOrder> =>
  ({
    id,
    market: 0,
    symbol: 'TEST-USD',
    side,
    kind: 'market',
    size,
    spend: side === 'buy' ? size * 100 : 0,
    reference: 100,
    price: null,
    reason: 'signal',
    tag: null,
  }) as unknown as Approved<VenueOrder>

const filledOf = (answers: readonly VenueAnswer[], id: string): number =>
  answers
    .filter(answer => answer.kind === 'fill' && answer.order === id)
    .reduce((sum, answer) => sum + (answer.kind === 'fill' ? answer.size : 0), 0)

/** What every broker must keep. */
export function brokerContract(name: string, make: () => BrokerSubject): void {
  describe(`${name} keeps the broker contract`, () => {
    it('fills an order once, whole, at a price above 0, and says each thing once', () => {
      const { broker, trade } = make()
      broker.submit(order('a', 'buy', 2))
      const before = broker.answers()
      trade(100)
      const answers = [...before, ...broker.answers()]
      expect(filledOf(answers, 'a')).toBeCloseTo(2, 12)
      for (const answer of answers) {
        if (answer.kind === 'fill') expect(answer.price).toBeGreaterThan(0)
      }
      trade(101)
      expect(broker.answers()).toEqual([])
    })

    it('fills nothing of an order that was cancelled before the market traded', () => {
      const { broker, trade } = make()
      broker.submit(order('a', 'buy', 2))
      broker.submit(order('b', 'buy', 3))
      broker.cancel('a')
      trade(100)
      const answers = broker.answers()
      expect(filledOf(answers, 'a')).toBe(0)
      expect(filledOf(answers, 'b')).toBeCloseTo(3, 12)
      expect(answers).toContainEqual(
        expect.objectContaining({ kind: 'outcome', order: 'a', state: 'cancelled' }),
      )
    })

    it('is not moved by a cancel of what it does not know, or no longer has', () => {
      const { broker, trade } = make()
      broker.cancel('nothing')
      broker.submit(order('a', 'sell', 1))
      trade(100)
      broker.answers()
      broker.cancel('a')
      expect(broker.answers().filter(answer => answer.kind === 'fill')).toEqual([])
    })
  })
}
