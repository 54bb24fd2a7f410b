import { expect } from 'vitest'
import type { CrashPoint, Stage } from '../stage.js'
import { expectFilled, type Scenario } from './scenario.js'

const CRASH_POINTS: readonly CrashPoint[] = [
  'before prepare',
  'after prepare',
  'after send',
  'after sent',
  'before fill',
  'after fill',
  'before end',
  'after end',
]

/** Processes that die. */
export const CRASHES: readonly Scenario[] = [
  ...CRASH_POINTS.map(point => ({
    name: `the process dies ${point}, and another takes over`,
    run: async (stage: Stage) => {
      stage.crashAt = point
      stage.downFor = 3
      const order = stage.order('sell', 5)
      await stage.work()
      expect(stage.crashAt, 'it died').toBeNull()
      expectFilled(stage, order)
    },
  })),
  ...CRASH_POINTS.slice(1).map(point => ({
    name: `the process dies ${point}, with the transaction lost, and for longer than it could land`,
    run: async (stage: Stage) => {
      stage.crashAt = point
      stage.downFor = 250
      const isLost = ['after prepare', 'after send', 'after sent'].includes(point)
      if (isLost) stage.world.chain.faults.drops = 2
      const order = stage.order('sell', 5)
      await stage.work()
      const [first] = stage.intent(order).attempts
      expect(first!.state).toBe(isLost ? 'expired' : 'finalized')
      expectFilled(stage, order, isLost ? 2 : 1)
    },
  })),
  {
    name: 'the process dies before an order is looked at: the session hears that it was never sent',
    run: async stage => {
      const order = stage.order('sell', 5)
      await stage.restart()
      expect(stage.heard(order).at(-1)).toBe('cancelled')
      expect(stage.intent(order).state).toBe('cancelled')
      expect(stage.world.chain.landed.size).toBe(0)
    },
  },
]
