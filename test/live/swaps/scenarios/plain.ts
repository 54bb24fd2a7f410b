import { expect } from 'vitest'
import { expectFilled, fills, type Scenario } from './scenario.js'

/** What happens every day. */
export const PLAIN: readonly Scenario[] = [
  {
    name: 'a sale and a purchase fill, each with one transaction',
    run: async stage => {
      await fills(stage)
      const purchase = stage.order('buy', 2)
      await stage.work()
      expectFilled(stage, purchase)
    },
  },
  {
    name: 'sales go before purchases, so that they pay for them',
    run: async stage => {
      const purchase = stage.order('buy', 2)
      const sale = stage.order('sell', 2)
      await stage.work()
      const slot = (order: string): number => stage.intent(order).fills[0]!.slot
      expect(slot(sale)).toBeLessThan(slot(purchase))
    },
  },
  {
    name: 'a token that the wallet never held costs rent, which is booked apart',
    run: async stage => {
      const order = stage.order('buy', 1e6, { symbol: 'MEME-USDC' })
      await stage.work()
      expect(stage.intent(order).fills[0]!.rent).toBe(2_039_280n)
      const sale = stage.order('sell', 1e5, { symbol: 'MEME-USDC' })
      await stage.work()
      expect(stage.intent(sale).fills[0]!.rent).toBe(0n)
    },
  },
  {
    name: 'rent is what the chain asks now',
    run: async stage => {
      stage.world.chain.svm.setRent(696n)
      const order = stage.order('buy', 1e6, { symbol: 'MEME-USDC' })
      await stage.work()
      expect(stage.intent(order).fills[0]!.rent).toBe(203_928n)
    },
  },
  {
    name: 'a fill is finally compared with the chain',
    run: async stage => {
      const order = await fills(stage)
      stage.world.chain.tick(40)
      await stage.work()
      expect(stage.intent(order).attempts[0]!.state).toBe('finalized')
    },
  },
]
