import { expect } from 'vitest'
import { MANY, expectFilled, expectRefused, fills, type Scenario } from './scenario.js'

/** Prices that run away, and sources that disagree. */
export const PRICES: readonly Scenario[] = [
  {
    name: 'the price runs away between signing and landing: the fee is burnt, and another fills',
    run: async stage => {
      stage.onNotice = ({ kind }) => {
        if (kind === 'prepared' && stage.asked('quote') === 1)
          stage.world.pool.movePrice(stage.world.sol.mint, -40)
      }
      const order = await fills(stage, 2)
      const [first] = stage.intent(order).attempts
      expect(first).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('6001') as unknown,
      })
      expect(first!.burnt).toBeGreaterThan(5000n)
    },
  },
  {
    name: 'a swap fails on the chain again and again: it is refused, and all fees are booked',
    run: async stage => {
      stage.world.chain.faults.slippageFails = MANY
      const order = stage.order('sell', 5)
      await stage.work()
      const known = stage.intent(order)
      expect(known.state).toBe('refused')
      expect(known.attempts.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed'])
    },
  },
  {
    name: 'the price improves before landing: what came is booked, not what was quoted',
    run: async stage => {
      stage.onNotice = ({ kind }) => {
        if (kind === 'prepared') stage.world.pool.movePrice(stage.world.sol.mint, 30)
      }
      const order = await fills(stage)
      const { attempts, fills: booked } = stage.intent(order)
      const quoted = BigInt((attempts[0]!.quote as { outAmount: string }).outAmount)
      expect(booked[0]!.taken).toBeGreaterThan(quoted)
    },
  },
  {
    name: 'the market gives less than the order allows: nothing is signed',
    run: async stage => {
      const order = stage.order('sell', 5, { reference: 153 })
      await stage.work()
      expectRefused(stage, order, /below the least/)
    },
  },
  {
    name: 'a limit that the market just gives is swapped with no room below it',
    run: async stage => {
      const { pool, sol } = stage.world
      const out = Number(pool.outFor(sol.mint, 5n * 10n ** 9n)) / 1e6
      const order = stage.order('sell', 5, { kind: 'limit', price: (out / 5) * 0.9995 })
      await stage.work()
      expectFilled(stage, order)
      const { intent, attempts } = stage.intent(order)
      expect(attempts[0]!.least).toBe(intent.least)
      expect((attempts[0]!.quote as { slippageBps: number }).slippageBps).toBeLessThan(6)
    },
  },
  {
    name: 'a quote that is far below an independent price is not taken',
    run: async stage => {
      stage.world.api.faults.priceFactor.set(stage.world.sol.mint, 1.05)
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, /below an independent price/)
    },
  },
  {
    name: 'without an independent price nothing is bought, and sales go on',
    run: async stage => {
      stage.world.api.faults.unpriced.add(stage.world.sol.mint)
      const order = stage.order('buy', 1)
      await stage.work()
      expectRefused(stage, order, /no independent price/)
      await fills(stage)
    },
  },
  {
    name: 'a quote that has grown old is thrown away',
    run: async stage => {
      stage.world.server.faults.push({ match: 'swap', act: { kind: 'slow', slots: 9 } })
      await fills(stage)
      expect(stage.asked('quote')).toBe(2)
    },
  },
  {
    name: 'a quote that is of an old slot is thrown away',
    run: async stage => {
      stage.world.api.faults.quoteLag = 60
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, /slots old/)
    },
  },
]
