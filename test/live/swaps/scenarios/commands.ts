import { expect } from 'vitest'
import { MANY, expectFilled, mendOnExpiry, type Scenario } from './scenario.js'

/** What the session takes back. */
export const COMMANDS: readonly Scenario[] = [
  {
    name: 'an order that waits in the queue is cancelled; what is on its way may fill',
    run: async stage => {
      const [first, second] = [stage.order('sell', 1), stage.order('sell', 2)]
      stage.cancel(second)
      await stage.work()
      expectFilled(stage, first)
      expect(stage.heard(second)).toEqual(['open', 'cancelled'])
    },
  },
  {
    name: 'an order is cancelled while a transaction of it is open: it gets no other',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.drops = MANY
      const order = stage.order('sell', 5)
      stage.onNotice = ({ kind }) => {
        if (kind === 'sent') stage.cancel(order)
        if (kind === 'expired') faults.drops = 0
      }
      await stage.work()
      expect(stage.heard(order).at(-1)).toBe('cancelled')
      expect(stage.intent(order).attempts).toHaveLength(1)
      expect(stage.world.chain.landed.size).toBe(0)
    },
  },
  {
    name: 'an order that was decided too long ago gets no transaction',
    options: { policy: { decisionAgeMs: 10_000 } },
    run: async stage => {
      const { faults } = stage.world.chain
      faults.drops = MANY
      mendOnExpiry(stage, () => (faults.drops = 0))
      const order = stage.order('sell', 5)
      await stage.work()
      expect(stage.heard(order).at(-1)).toBe('cancelled')
      expect(stage.world.chain.landed.size).toBe(0)
    },
  },
]
