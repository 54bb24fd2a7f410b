import { expect } from 'vitest'
import { MANY, fills, type Scenario } from './scenario.js'

/** What the chain takes back. */
export const FORKED: readonly Scenario[] = [
  {
    name: 'a processed transaction is forked out: the same lands again, once',
    run: async stage => {
      stage.world.chain.faults.forkOuts = 1
      await fills(stage)
    },
  },
  {
    name: 'a confirmed transaction is forked out and lands again: its fill stays one',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.forkOuts = 1
      faults.forkDepth = 6
      const order = await fills(stage)
      for (let k = 0; k < 6; k++) {
        stage.world.chain.tick(10)
        await stage.work()
      }
      expect(stage.intent(order).attempts[0]!.state).toBe('finalized')
    },
  },
  {
    name: 'a confirmed transaction is taken back for good: trading ends until somebody has looked',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.forkOuts = 1
      faults.forkDepth = 6
      const order = await fills(stage)
      faults.drops = MANY
      for (let k = 0; k < 20 && stage.haltedBy === null; k++) {
        stage.world.chain.tick(20)
        await stage.work()
      }
      expect(stage.haltedBy).toContain('taken a confirmed transaction back')
      const late = stage.order('sell', 1)
      await stage.work()
      expect(stage.heard(late)).toEqual(['refused'])
      await stage.restart()
      expect(stage.haltedBy, 'a new start forgets nothing').not.toBeNull()
      // Whoever has looked takes the fill out of the books.
      await stage.journal.move(stage.intent(order).attempts[0]!, 'confirmed', 'expired', 'seen')
      expect(stage.intent(order).fills).toEqual([])
    },
  },
]
