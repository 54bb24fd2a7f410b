import { expect } from 'vitest'
import type { Stage } from '../stage.js'
import { expectFilled, fills, MANY, type Scenario } from './scenario.js'

const MOMENTS = ['open', 'find', 'prepare', 'sent', 'fill', 'end'].flatMap(name => [
  `before ${name}`,
  `after ${name}`,
])

/** The database is away from a moment on, for so many questions. */
function goAway(stage: Stage, from: string, times: number): void {
  let left = 0
  let isGone = false
  stage.awayAt = moment => {
    if (!isGone && moment === from) {
      isGone = true
      left = times
      return true
    }
    if (left === 0 || !moment.startsWith('before')) return false
    left -= 1
    return true
  }
}

/** The journal away, and more than one who writes it. */
export const JOURNAL: readonly Scenario[] = [
  ...MOMENTS.map(moment => ({
    name: `the database goes away ${moment}, for a while`,
    run: async (stage: Stage) => {
      goAway(stage, moment, 6)
      await fills(stage)
    },
  })),
  {
    name: 'the database is away when an attempt expires: nothing is signed until it is back',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.drops = MANY
      goAway(stage, 'after expired', 20)
      stage.onNotice = ({ kind }) => {
        if (kind === 'journal') faults.drops = 0
      }
      await fills(stage, 2)
    },
  },
  {
    name: 'another process has an open attempt of the wallet: this one waits, then gives up',
    run: async stage => {
      const rival = stage.rival()
      stage.world.chain.faults.landDelay = 40
      const first = stage.order('sell', 5)
      const working = stage.work()
      const second = { ...stage.orders[0]!, id: 'run-1-1' }
      rival.submit(second)
      await Promise.all([working, rival.work()])
      stage.answers.push(...rival.answers())
      expectFilled(stage, first)
      expect(['filled', 'refused']).toContain(stage.intent('run-1-1').state)
    },
  },
  {
    name: 'two processes work at the same order: it fills once',
    run: async stage => {
      const order = stage.order('sell', 5)
      const rival = stage.rival()
      rival.submit(stage.orders[0]!)
      await Promise.all([stage.work(), rival.work()])
      expect(stage.world.chain.landed.size).toBe(1)
      expect(stage.intent(order).state).toBe('filled')
    },
  },
]
