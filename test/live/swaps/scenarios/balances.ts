import { expect } from 'vitest'
import { MANY, expectRefused, type Scenario } from './scenario.js'

type SwapWorth = NonNullable<NonNullable<Scenario['options']>['policy']>['worthMin'] & bigint
/** What the wallet holds. */
export const BALANCES: readonly Scenario[] = [
  {
    name: 'the wallet holds less than is ordered: what it holds is given, and the rest is cancelled',
    options: { world: { dollars: 100n * 10n ** 6n } },
    run: async stage => {
      const order = stage.order('buy', 2)
      await stage.work()
      expect(stage.heard(order)).toEqual(['open', 'filled', 'cancelled'])
      expect(stage.intent(order).fills[0]!.given).toBe(100n * 10n ** 6n)
    },
  },
  {
    name: 'SOL below the floor is not sold',
    options: { world: { lamports: 3n * 10n ** 9n } },
    run: async stage => {
      const order = stage.order('sell', 5)
      await stage.work()
      expect(stage.heard(order)).toEqual(['open', 'filled', 'cancelled'])
      expect(stage.world.balance(stage.world.sol)).toBeGreaterThanOrEqual(20_000_000n)
    },
  },
  {
    name: 'a wallet without SOL for fees swaps nothing',
    options: { world: { lamports: 1_000_000n } },
    run: async stage => {
      const order = stage.order('buy', 1)
      await stage.work()
      expectRefused(stage, order, /needs .* for its fee/)
    },
  },
  {
    name: 'a trial that fails is not signed',
    run: async stage => {
      // What the wallet held is spent before the trial.
      stage.world.server.faults.push({
        match: 'swap',
        times: MANY,
        act: { kind: 'then', run: () => stage.drainDollars() },
      })
      const order = stage.order('buy', 5)
      await stage.work()
      expectRefused(stage, order, /fails in a trial|holds nothing/)
      expect(stage.intent(order).attempts).toEqual([])
    },
  },
  {
    name: 'a swap that is worth too little is not made',
    options: { policy: { worthMin: 1_000_000n as SwapWorth } },
    run: async stage => {
      const order = stage.order('sell', 0.001)
      await stage.work()
      expectRefused(stage, order, /below 1000000/)
    },
  },
]
