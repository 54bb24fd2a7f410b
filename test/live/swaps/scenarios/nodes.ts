import { expect } from 'vitest'
import type { Stage } from '../stage.js'
import { MANY, fills, type Scenario } from './scenario.js'

/** After so many requests to nodes these are well again. */
function mendAfter(
  skip: number,
  nodes: Stage['world']['nodes'],
): Stage['world']['server']['faults'][number] {
  const run = (): void => {
    for (const { faults } of nodes) Object.assign(faults, { lag: 0, statusLag: 0, forgets: false })
  }
  return { match: 'rpc', skip, act: { kind: 'then', run } }
}

/** Nodes that fail, lie behind, or disagree. */
export const NODES: readonly Scenario[] = [
  {
    name: 'all nodes are far behind for a while: nothing expires by their height',
    run: async stage => {
      const { nodes, chain } = stage.world
      chain.tick(60)
      stage.onNotice = ({ kind }) => {
        if (kind === 'sent') for (const { faults } of nodes) faults.lag = 40
        if (kind === 'sent') stage.world.server.faults.push(mendAfter(30, nodes))
      }
      await fills(stage)
    },
  },
  {
    name: 'the node of statuses is behind that of heights: what landed is not taken for expired',
    options: { world: { nodes: 1 }, policy: { unknownAfterMs: 78_000 } },
    run: async stage => {
      const { nodes, chain } = stage.world
      chain.tick(300)
      nodes[0]!.faults.statusLag = 220
      stage.onNotice = ({ kind }) => {
        if (kind === 'unknown') nodes[0]!.faults.statusLag = 0
      }
      const order = await fills(stage)
      expect(stage.heard(order)).toEqual(['open', 'unknown', 'filled'])
    },
  },
  {
    name: 'one of two nodes has forgotten a transaction: the other is believed',
    run: async stage => {
      const { nodes, chain } = stage.world
      nodes[0]!.faults.forgets = true
      stage.onNotice = ({ kind }) => {
        if (kind === 'sent') chain.tick(400)
      }
      stage.world.server.faults.push(mendAfter(40, nodes))
      await fills(stage)
    },
  },
  {
    name: 'one node has forgotten a transaction, and the other is silent: nobody is believed',
    options: { policy: { unknownAfterMs: 20_000 } },
    run: async stage => {
      const { nodes, chain } = stage.world
      nodes[0]!.faults.forgets = true
      stage.onNotice = ({ kind }) => {
        if (kind !== 'sent') return
        chain.tick(400)
        const act = { kind: 'status', status: 503 } as const
        stage.world.server.faults.push({ match: 'rpc1', times: 8, act })
      }
      const order = await fills(stage)
      expect(stage.heard(order)).toEqual(['open', 'unknown', 'filled'])
    },
  },
  {
    name: 'a node says that it is unhealthy: the other answers',
    run: async stage => {
      const unhealthy = {
        kind: 'rpc',
        code: -32005,
        message: 'Node is behind by 99 slots',
      } as const
      stage.world.server.faults.push({ match: 'rpc0', times: MANY, act: unhealthy })
      await fills(stage)
    },
  },
  {
    name: 'all nodes fail for a minute: the order is unknown, and fills in the end',
    options: { policy: { unknownAfterMs: 20_000 } },
    run: async stage => {
      stage.onNotice = ({ kind }) => {
        if (kind === 'sent') {
          const act = { kind: 'status', status: 503 } as const
          stage.world.server.faults.push({ match: 'rpc', times: 400, act })
        }
      }
      stage.world.chain.faults.drops = 2
      const order = stage.order('sell', 5)
      await stage.work()
      expect(stage.heard(order)).toEqual(['open', 'unknown', 'filled'])
    },
  },
  {
    name: 'nodes hang, cut their answers and say 429',
    options: { timeoutMs: 300 },
    run: async stage => {
      stage.world.server.faults.push(
        { match: 'rpc', skip: 4, times: 1, act: { kind: 'hang' } },
        { match: 'rpc', skip: 4, times: 2, act: { kind: 'malformed' } },
        { match: 'rpc', skip: 6, times: 2, act: { kind: 'status', status: 429 } },
      )
      await fills(stage)
    },
  },
]
