import { expect } from 'vitest'
import { approvalFor, callOf, transferTo } from '../foreign-instructions.js'
import type { Stage } from '../stage.js'
import { expectRefused, type Scenario } from './scenario.js'

/** A transaction that is not the swap that was ordered, in one respect. */
function tampered(
  name: string,
  tampering: (stage: Stage) => Stage['world']['api']['faults']['tampered'],
  reason: RegExp,
): Scenario {
  return {
    name: `a transaction ${name}: it is not signed`,
    run: async stage => {
      stage.world.api.faults.tampered = tampering(stage)
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, reason)
      expect(stage.intent(order).attempts).toEqual([])
    },
  }
}

const stranger = ({ world }: Stage): string => world.pool.key

/** Transactions that are not the swap that was ordered. */
export const TAMPERED: readonly Scenario[] = [
  tampered('is paid for by somebody else', stage => ({ payer: stranger(stage) }), /pays for it/),
  tampered(
    'pays into the account of somebody else',
    stage => ({ receiver: stranger(stage) }),
    /pays into another account/,
  ),
  tampered('takes another token', ({ world }) => ({ takes: world.meme }), /it takes/),
  tampered('gives another token', ({ world }) => ({ gives: world.meme }), /it gives/),
  tampered('gives more', () => ({ amount: 6n * 10n ** 9n }), /it gives 6000000000 units/),
  tampered('may bring less', () => ({ quoted: 1n }), /units at least/),
  tampered('has another slippage', () => ({ slippageBps: 9_000 }), /units at least/),
  tampered('costs too much', () => ({ unitPrice: 5_000_000 }), /its fee of/),
  tampered('is of an old version', () => ({ isLegacy: true }), /of version legacy/),
  tampered(
    'sends SOL elsewhere',
    stage => ({ instructions: [transferTo(stage, stranger(stage))] }),
    /moves SOL elsewhere/,
  ),
  tampered(
    'lets somebody else spend a token',
    stage => ({ instructions: [approvalFor(stage, stranger(stage))] }),
    /changes token accounts/,
  ),
  tampered(
    'calls another program',
    stage => ({ instructions: [callOf(stranger(stage))] }),
    /calls the program/,
  ),
]
