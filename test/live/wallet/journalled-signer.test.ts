import { describe, expect, it } from 'vitest'
import type { AttemptState, JournalledIntent } from '../../../src/core/ports/trading/journal.js'
import { journalled } from '../../../src/live/wallet/journalled-signer.js'
import { LocalSigner } from '../../../src/live/wallet/local-signer.js'
import { honest, plainWallet, privateFolder, swapOf } from './wallet-kit.js'

/** Signs one transaction of an order, then another, with a journal that knows the first in a state. */
async function second(state: AttemptState | 'unknown'): Promise<string> {
  const { key, file } = plainWallet(privateFolder())
  const signer = new LocalSigner(key, file)
  const first = await signer.sign(honest(key.address, swapOf()), swapOf())
  if (first.kind === 'refused') throw new Error(first.reason)
  const attempts = state === 'unknown' ? [] : [{ signature: first.signature, state }]
  const known = { attempts } as unknown as JournalledIntent
  const through = journalled(signer, { find: () => Promise.resolve(known) })
  const answer = await through.sign(honest(key.address, swapOf(), 8), swapOf())
  signer.close()
  return answer.kind
}

describe('another transaction of an order', () => {
  it.each(['prepared', 'sent', 'confirmed', 'finalized'] as const)(
    'is refused where the journal has the first as %s',
    async state => {
      expect(await second(state)).toBe('refused')
    },
  )

  it.each(['failed', 'expired', 'abandoned', 'unknown'] as const)(
    'is signed where it has it as %s',
    async state => {
      expect(await second(state)).toBe('signed')
    },
  )
})
