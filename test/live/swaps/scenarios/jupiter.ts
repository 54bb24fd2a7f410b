import { expect } from 'vitest'
import { MANY, expectRefused, fills, type Scenario } from './scenario.js'

/** What Jupiter answers. */
export const JUPITER: readonly Scenario[] = [
  {
    name: 'Jupiter says 429, with and without a time: it is left alone so long',
    run: async stage => {
      const reset = String(Math.floor(stage.world.chain.time / 1000) + 3)
      stage.world.server.faults.push(
        {
          match: 'quote',
          act: { kind: 'status', status: 429, headers: { 'x-ratelimit-reset': reset } },
        },
        { match: 'swap', act: { kind: 'status', status: 429 } },
      )
      await fills(stage)
    },
  },
  {
    name: 'Jupiter fails, hangs and cuts its answers',
    options: { timeoutMs: 300 },
    run: async stage => {
      stage.world.server.faults.push(
        { match: 'quote', act: { kind: 'status', status: 500 } },
        { match: 'quote', act: { kind: 'hang' } },
        { match: 'swap', act: { kind: 'malformed' } },
        { match: 'swap', act: { kind: 'reset' } },
      )
      await fills(stage)
    },
  },
  {
    name: 'a token is not tradable: that is asked once',
    run: async stage => {
      const body = { error: 'The token is not tradable', errorCode: 'TOKEN_NOT_TRADABLE' }
      const act = { kind: 'status', status: 400, body } as const
      stage.world.server.faults.push({ match: 'quote', times: MANY, act })
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, /TOKEN_NOT_TRADABLE/)
      expect(stage.asked('quote')).toBe(1)
    },
  },
  {
    name: 'Jupiter itself says that a transaction would fail',
    run: async stage => {
      stage.world.api.faults.simulationError = { error: 'insufficient funds' }
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, /own simulation/)
    },
  },
]
