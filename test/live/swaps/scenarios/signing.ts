import { expect } from 'vitest'
import { expectFilled, expectRefused, fills, MANY, type Scenario } from './scenario.js'

/** What the signer says. */
export const SIGNING: readonly Scenario[] = [
  {
    name: 'the signer hears what it signs: amount, least, worth in the quote, and the cap of the fee',
    run: async stage => {
      const sale = await fills(stage)
      const purchase = stage.order('buy', 2)
      await stage.work()
      expectFilled(stage, purchase)
      const [sold, bought] = stage.signed
      const { attempts } = stage.intent(sale)
      expect(sold).toMatchObject({ order: sale, amount: 5n * 10n ** 9n, least: attempts[0]!.least })
      expect(sold!.worth).toBe(BigInt((attempts[0]!.quote as { outAmount: string }).outAmount))
      expect(bought!.worth).toBe(bought!.amount)
      expect(bought!.feeMax).toBe(200_000n)
    },
  },
  {
    name: 'the signer refuses: that is the end of the order',
    run: async stage => {
      stage.signerFault = { kind: 'refuses', times: MANY }
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, /the cap of the day/)
      expect(stage.signed).toHaveLength(1)
    },
  },
  {
    name: 'the signer is away for a while: the order is tried again, with a price of then',
    run: async stage => {
      stage.signerFault = { kind: 'is away', times: 2 }
      await fills(stage)
      expect(stage.asked('quote')).toBe(3)
    },
  },
]
