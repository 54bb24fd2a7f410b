import { describe, expect, it } from 'vitest'
import type { Broker, VenueAnswer } from '../../src/core/trading/venue/broker.js'
import type { Approved } from '../../src/core/risk/guard.js'
import type { VenueOrder } from '../../src/core/trading/venue/venue-order.js'

/** A broker under test, and how its market is made to trade. */
export interface BrokerSubject {
  readonly broker: Broker
  /** Lets the market trade at this price until everything that can fill has filled. */
  readonly trade: (price: number) => void | Promise<void>
  /** Share of an order by which a fill may be off: what a purchase brings for its spend; 0 where it is not said. */
  readonly tolerance?: number
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
export function brokerContract(
  name: string,
  make: () => BrokerSubject | Promise<BrokerSubject>,
): void {
  describe(`${name} keeps the broker contract`, () => {
    it('fills an order once, whole, at a price above 0, and says each thing once', async () => {
      const { broker, trade, tolerance = 0 } = await make()
      broker.submit(order('a', 'buy', 2))
      const before = broker.answers()
      await trade(100)
      const answers = [...before, ...broker.answers()]
      expect(Math.abs(filledOf(answers, 'a') - 2)).toBeLessThanOrEqual(2 * tolerance + 1e-12)
      for (const answer of answers) {
        if (answer.kind === 'fill') expect(answer.price).toBeGreaterThan(0)
      }
      await trade(101)
      expect(broker.answers()).toEqual([])
    })

    it('fills nothing of an order that was cancelled before the market traded', async () => {
      const { broker, trade, tolerance = 0 } = await make()
      broker.submit(order('a', 'buy', 2))
      broker.submit(order('b', 'buy', 3))
      broker.cancel('a')
      await trade(100)
      const answers = broker.answers()
      expect(filledOf(answers, 'a')).toBe(0)
      expect(Math.abs(filledOf(answers, 'b') - 3)).toBeLessThanOrEqual(3 * tolerance + 1e-12)
      expect(answers).toContainEqual(
        expect.objectContaining({ kind: 'outcome', order: 'a', state: 'cancelled' }),
      )
    })

    it('is not moved by a cancel of what it does not know, or no longer has', async () => {
      const { broker, trade } = await make()
      broker.cancel('nothing')
      broker.submit(order('a', 'sell', 1))
      await trade(100)
      broker.answers()
      broker.cancel('a')
      expect(broker.answers().filter(answer => answer.kind === 'fill')).toEqual([])
    })
  })
}
