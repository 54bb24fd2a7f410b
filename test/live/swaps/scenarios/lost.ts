import type { Stage } from '../stage.js'
import { expect } from 'vitest'
import { MANY, fills, mendOnExpiry, type Scenario } from './scenario.js'

/** Transactions that are lost, late, or said to be. */
export const LOST: readonly Scenario[] = [
  {
    name: 'a transaction is dropped once: the same bytes go out again',
    run: async stage => {
      stage.world.chain.faults.drops = 2
      await fills(stage)
      expect(stage.asked(':sendTransaction')).toBeGreaterThan(2)
    },
  },
  {
    name: 'a transaction is dropped until it expires: that is proved, and then another fills',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.drops = MANY
      mendOnExpiry(stage, () => (faults.drops = 0))
      const order = await fills(stage, 2)
      expect(stage.intent(order).attempts[0]!.state).toBe('expired')
    },
  },
  {
    name: 'a transaction lands late: nothing else is signed meanwhile',
    run: async stage => {
      stage.world.chain.faults.landDelay = 100
      await fills(stage)
    },
  },
  {
    name: 'a blockhash has expired before anything is sent',
    run: async stage => {
      stage.world.server.faults.push({
        match: 'rpc:simulateTransaction',
        act: { kind: 'then', run: () => stage.world.chain.tick(155) },
      })
      await fills(stage)
    },
  },
  {
    name: 'the answer to a sending is lost at every node: it is not taken for unsent',
    run: async stage => {
      stage.world.server.faults.push({
        match: 'rpc:sendTransaction',
        times: 2,
        act: { kind: 'lost' },
      })
      await fills(stage)
    },
  },
  {
    name: 'connections are cut before a sending arrives: it is sent again',
    run: async stage => {
      stage.world.server.faults.push({
        match: 'rpc:sendTransaction',
        times: 4,
        act: { kind: 'reset' },
      })
      await fills(stage)
    },
  },
  {
    name: 'nodes refuse a sending for what they think of it: that means nothing',
    run: async stage => {
      const refusal = { kind: 'rpc', code: -32002, message: 'Blockhash not found' } as const
      stage.world.server.faults.push({ match: 'rpc:sendTransaction', times: 2, act: refusal })
      await fills(stage)
    },
  },
  {
    name: 'slots without a block: heights are counted, not slots',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.skipEvery = 2
      faults.landDelay = 140
      await fills(stage)
    },
  },
  {
    name: 'a height that is told too low expires nothing that can still land',
    run: async stage => {
      const { chain } = stage.world
      chain.faults.landDelay = 120
      stage.world.api.faults.heightLie = -110
      await fills(stage)
    },
  },
  ...[-600_000, 600_000].map(skewMs => ({
    name: `the clock of the machine is ${skewMs / 1000} s off: no clock decides anything`,
    options: { skewMs },
    run: async (stage: Stage) => {
      stage.world.chain.faults.landDelay = 60
      await fills(stage)
    },
  })),
]
